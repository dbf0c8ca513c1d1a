package dev.heddle.logmux;

import dev.heddle.core.Diagnostic.Severity;
import java.util.List;

/**
 * Matchers for tools that many builds use. Where two fit a line the first takes it, so the particular come before the general.
 */
final class CommonMatchers {

    private static final String FILE_LINE_COLUMN = "(?P<file>[^:\\s][^:]*):(?P<line>\\d+):(?:(?P<column>\\d+):)?";

    private static final DiagnosticMatcher JAVAC = DiagnosticMatcher.trusted("javac")
            .needs(".java:")
            .head("^(?P<file>\\S[^:]*\\.java):(?P<line>\\d+): (?P<severity>error|warning): "
                    + "(?:\\[(?P<code>[\\w-]+)\\] )?(?P<message>.*)$")
            .gap(3)
            .goesOn("^\\s*\\^\\s*$")
            .goesOn("^\\s+\\S")
            .build();

    private static final DiagnosticMatcher GCC = DiagnosticMatcher.trusted("gcc")
            .needs("error: ")
            .needs("warning: ")
            .needs("note: ")
            .needs("remark: ")
            .needs("sorry, unimplemented: ")
            .needs("In file included from ")
            .needs("                 from ")
            .needs(": In ")
            .needs(": At ")
            .needs("required from ")
            .needs("instantiated from ")
            .before("^In file included from .+:\\d+")
            .before("^ +from .+:\\d+(?::\\d+)?[:,]$")
            .before("^[^:\\s][^:]*: (?:In|At) [^:]*.*:$")
            .before("^[^:\\s][^:]*:\\d+:(?:\\d+:)? +(?:recursively )?(?:required|instantiated) from ")
            .head("^" + FILE_LINE_COLUMN
                    + " (?P<severity>fatal error|error|warning|note|remark|sorry, unimplemented|internal compiler error): "
                    + "(?P<message>.*?)(?: \\[(?P<code>-W[^\\]\\s]+)\\])?$")
            .head("^(?:\\S*/)?(?:[\\w.]+-)*(?:gcc|g\\+\\+|cc1|cc1plus|clang|clang\\+\\+)(?:-[\\d.]+)?: "
                    + "(?P<severity>fatal error|error|warning): (?P<message>.*)$")
            .gap(1)
            .goesOn("^[^:\\s][^:]*:\\d+:(?:\\d+:)? note: ")
            .goesOn("^ *\\d* \\|")
            .goesOn("^[ \\t]+\\S")
            .goesOn("^[~^][~^ ]*$")
            .goesOn("^compilation terminated\\.$")
            .build();

    private static final DiagnosticMatcher LINKER = DiagnosticMatcher.trusted("linker")
            .needs("ld: ")
            .needs("ld.")
            .needs("collect2: ")
            .needs("lld-link: ")
            .needs("undefined reference to ")
            .needs("multiple definition of ")
            .before("^(?:\\S*/)?(?:[\\w.]+-)*ld(?:\\.\\w+)?: .*: in function .*:$")
            .head("^(?:(?:\\S*/)?(?:[\\w.]+-)*ld(?:\\.\\w+)?: )?(?P<file>[^:\\s][^:]*):(?:(?P<line>\\d+)|\\([^)]*\\)): "
                    + "(?P<message>(?:undefined reference to|multiple definition of|more undefined references) .*)$")
            .head("^(?:\\S*/)?(?:[\\w.]+-)*(?:ld|ld\\.\\w+|ld64\\.lld|lld|lld-link|collect2|rust-lld): "
                    + "(?P<severity>fatal error|error|warning): (?P<message>.*)$")
            .head("^(?:\\S*/)?(?:[\\w.]+-)*ld(?:\\.\\w+)?: (?P<message>cannot find .*|.*: (?:undefined reference|"
                    + "multiple definition|relocation|file (?:format )?not recognized|hidden symbol) .*)$")
            .goesOn("^>>> ")
            .goesOn("^[ \\t]+\\S")
            .goesOn("^[^;]*: first defined here$")
            .goesOn("^collect2: error: ")
            .build();

    private static final DiagnosticMatcher MSVC = DiagnosticMatcher.trusted("msvc")
            .needs(": error")
            .needs(": fatal error")
            .needs(": warning")
            .needs(": note")
            .needs(": message")
            .needs(": info")
            .head(
                    "^\\s*(?:\\d+>)?(?P<file>[^\\s(][^(]*)\\((?P<line>\\d+)(?:,(?P<column>\\d+))?(?:,\\d+){0,2}\\) ?: "
                            + "(?P<severity>fatal error|error|warning|note|message|info)(?: (?P<code>[A-Z]+\\d+))? ?: (?P<message>.*)$")
            .head("^(?:\\d+>)?(?:LINK|CVTRES|RC|cl|NMAKE)(?: :|:) (?P<severity>fatal error|error|warning) "
                    + "(?P<code>[A-Z]+\\d+) ?: (?P<message>.*)$")
            .goesOn("^(?:\\d+>)?[^\\s(][^(]*\\(\\d+(?:,\\d+)*\\) ?: (?:note|message)(?: [A-Z]+\\d+)? ?: ")
            .goesOn("^[ \\t]+[^\\s\\d]")
            .build();

    private static final DiagnosticMatcher PYTHON = DiagnosticMatcher.trusted("python")
            .needs("Traceback (most recent call last):")
            .needs("  File \"")
            .head("^Traceback \\(most recent call last\\):$")
            .head("^  File \"(?P<file>[^\"]+)\", line (?P<line>\\d+)$")
            .goesOn("^\\s+File \"(?P<file>[^\"]+)\", line (?P<line>\\d+)")
            .goesOn("^[ \\t]+\\S")
            .end("^(?P<code>[A-Za-z_][\\w.]*)(?:: (?P<message>.*))?$")
            .joins("^During handling of the above exception, another exception occurred:$")
            .joins("^The above exception was the direct cause of the following exception:$")
            .blankInside()
            .lastPlace()
            .notAlone()
            .build();

    private static final DiagnosticMatcher JVM = DiagnosticMatcher.trusted("jvm")
            .needs("Exception")
            .needs("Error")
            .needs("Throwable")
            .head("^(?:Exception in thread \"[^\"]*\" )?(?P<code>(?:[\\w$]+\\.)*[\\w$]*(?:Exception|Error|Throwable))"
                    + "(?:: (?P<message>.*))?$")
            .gap(5)
            .goesOn("^\\s+at [^(]*\\((?P<file>[^:()]+\\.\\w+):(?P<line>\\d+)\\)")
            .goesOn("^\\s+at \\S")
            .goesOn("^\\s+\\.\\.\\. \\d+ (?:more|common frames omitted)")
            .goesOn("^\\s*(?:Caused by|Suppressed): ")
            .notAlone()
            .build();

    private static final DiagnosticMatcher RUSTC = DiagnosticMatcher.trusted("rustc")
            .needs("error: ")
            .needs("warning: ")
            .needs("error[")
            .needs("warning[")
            .head("^(?P<severity>error|warning)(?:\\[(?P<code>\\w+)\\])?: (?P<message>.*)$")
            .goesOn("^ *--> (?P<file>.+?):(?P<line>\\d+):(?P<column>\\d+)$")
            .goesOn("^ *(?:-->|:::|\\||=|\\d+ +\\||\\.\\.\\.)")
            .goesOn("^(?:note|help)(?:: |\\[)")
            .except("^error: aborting due to ")
            .except("^error: could not compile ")
            .except("^warning: .* generated \\d+ warnings?")
            .except("^warning: \\d+ warnings? emitted")
            .blankInside()
            .notAlone()
            .build();

    private static final DiagnosticMatcher GO = DiagnosticMatcher.trusted("go")
            .needs("--- FAIL: ")
            .needs(".go:")
            .needs("panic: ")
            .head("^\\s*--- FAIL: (?P<message>\\S+)")
            .head("^(?:vet: )?(?P<file>[^:\\s][^:]*\\.go):(?P<line>\\d+):(?P<column>\\d+): (?P<message>.*)$")
            .head("^panic: (?P<message>.*)$")
            .goesOn("^\\s+(?P<file>[^:\\s]+\\.go):(?P<line>\\d+)")
            .goesOn("^[ \\t]+\\S")
            .goesOn("^goroutine \\d+ ")
            .goesOn("^created by ")
            .goesOn("^[\\w./*()-]+\\(.*\\)$")
            .goesOn("^\\[signal ")
            .blankInside()
            .build();

    private static final DiagnosticMatcher MAVEN = DiagnosticMatcher.trusted("maven")
            .needs("[ERROR]")
            .needs("[WARNING]")
            .except("^\\[(?:ERROR|WARNING)\\] *$")
            .except("^\\[ERROR\\] COMPILATION ERROR")
            .except("^\\[(?:ERROR|WARNING)\\] -+$")
            .head(
                    "^\\[(?P<severity>ERROR|WARNING)\\] (?P<file>/?[^:\\[\\]]+\\.\\w+):\\[(?P<line>\\d+),(?P<column>\\d+)\\] "
                            + "(?P<message>.*)$")
            .head("^\\[(?P<severity>ERROR|WARNING)\\] (?P<message>.*)$")
            .goesOn("^\\[(?:ERROR|WARNING)\\] *$")
            .goesOn("^\\[(?:ERROR|WARNING)\\]\\s{2,}")
            .goesOn("^\\[ERROR\\] (?:->|Re-run|To see|For more|After correcting)")
            .goesOn("^[ \\t]+\\S")
            .build();

    private static final DiagnosticMatcher MAKE = DiagnosticMatcher.trusted("make")
            .needs("*** ")
            .needs("akefile:")
            .needs(".mk:")
            .needs("make: ")
            .head("^(?:\\S*/)?g?make(?:\\[\\d+\\])?: \\*\\*\\* "
                    + "(?P<message>(?:\\[(?P<file>[^:\\]\\s]+):(?P<line>\\d+): )?.*)$")
            .head("^(?P<file>[^:\\s][^:]*):(?P<line>\\d+): \\*\\*\\* (?P<message>.*)$")
            .head("^(?P<file>[^:\\s]*(?:[Mm]akefile|\\.mk)):(?P<line>\\d+): (?P<severity>warning): (?P<message>.*)$")
            .head("^(?:\\S*/)?g?make(?:\\[\\d+\\])?: (?P<severity>warning): (?P<message>.*)$")
            .build();

    private static final DiagnosticMatcher GENERAL = DiagnosticMatcher.trusted("general")
            .needs("error: ")
            .needs("warning: ")
            .needs("fatal: ")
            .head(
                    "^(?:[\\w.+/-]+: )?(?P<severity>fatal error|error|fatal|warning|Error|Warning|ERROR|WARNING): (?P<message>.+)$")
            .severity(Severity.ERROR)
            .build();

    static final List<DiagnosticMatcher> ALL =
            List.of(JAVAC, MAKE, LINKER, GCC, MSVC, PYTHON, JVM, RUSTC, GO, MAVEN, GENERAL);

    private CommonMatchers() {}
}
