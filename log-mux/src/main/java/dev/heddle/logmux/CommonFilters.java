package dev.heddle.logmux;

import dev.heddle.core.Channel;
import java.util.ArrayList;
import java.util.List;

/** Filters for tools that many builds use; the first that takes a line decides. */
final class CommonFilters {

    private static final String PLACE = "^(?:\\d+>)?[^:\\s][^:]*(?::\\d+){1,2}: ";
    private static final String MSVC_PLACE = "^(?:\\d+>)?[^\\s(][^(]*\\(\\d+(?:,\\d+){0,3}\\) ?: ";
    private static final String TOOL = "^(?:[\\w.+/-]+: )?";

    static final List<LineFilter> ALL = all();

    private CommonFilters() {}

    private static List<LineFilter> all() {
        List<LineFilter> all = new ArrayList<>();
        errors(all);
        warnings(all);
        all.add(filter("^(?:scons|parts): ", Channel.MESSAGE, "scons: ", "parts: ")
                .on(Channel.STDOUT));
        return List.copyOf(all);
    }

    private static void errors(List<LineFilter> to) {
        to.add(error(PLACE + "(?:fatal error|error|internal compiler error): ", "error: "));
        to.add(error(MSVC_PLACE + "(?:fatal )?error(?: [A-Z]+\\d+)? ?:", ": error", ": fatal error"));
        to.add(error(
                TOOL + "(?:fatal error|error|Error|ERROR|fatal)(?:\\[\\w+\\])?: ", "error: ", "error[", "fatal: "));
        to.add(error("^(?:LINK|cl|RC|NMAKE) ?: fatal error ", "fatal error "));
        to.add(error("^\\[ERROR\\]", "[ERROR]"));
        to.add(error("^(?:\\S*/)?g?make(?:\\[\\d+\\])?: \\*\\*\\* ", "make: ***", "]: ***"));
        to.add(error("^[^:\\s][^:]*:\\d+: \\*\\*\\* ", ": *** "));
        to.add(error(
                ": (?:undefined reference to|multiple definition of) ", "undefined reference", "multiple definition"));
        to.add(error("^(?:\\S*/)?(?:[\\w.]+-)*ld(?:\\.\\w+)?: cannot find ", "cannot find "));
        to.add(error("^CMake Error(?: |:)", "CMake Error"));
        to.add(error("^Traceback \\(most recent call last\\):$", "Traceback"));
        to.add(error("^Exception in thread \"", "Exception in thread"));
        to.add(error("^\\s*--- FAIL: ", "--- FAIL: "));
        to.add(error("^panic: ", "panic: "));
        to.add(error("^npm (?:ERR!|error) ", "npm "));
        to.add(error("^FAILED: ", "FAILED: "));
        to.add(error("^FAILURE: Build failed", "FAILURE: "));
        to.add(error("^E: ", "E: "));
    }

    private static void warnings(List<LineFilter> to) {
        to.add(warning(PLACE + "warning: ", "warning: "));
        to.add(warning(MSVC_PLACE + "warning(?: [A-Z]+\\d+)? ?:", ": warning"));
        to.add(warning(TOOL + "(?:warning|Warning|WARNING)(?:\\[\\w+\\])?: ", "warning: ", "warning["));
        to.add(warning("^\\[WARNING\\]", "[WARNING]"));
        to.add(warning("^CMake (?:Deprecation )?Warning(?: |:)", "CMake "));
        to.add(warning("^npm (?:WARN|warn) ", "npm "));
        to.add(warning("^W: ", "W: "));
    }

    private static LineFilter error(String pattern, String... needs) {
        return filter(pattern, Channel.ERROR, needs);
    }

    private static LineFilter warning(String pattern, String... needs) {
        return filter(pattern, Channel.WARNING, needs);
    }

    private static PatternFilter filter(String pattern, Channel channel, String... needs) {
        return new PatternFilter(new LinePattern(pattern), channel).needing(needs);
    }
}
