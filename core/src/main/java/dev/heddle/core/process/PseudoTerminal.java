package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives a command a terminal to write to, by way of the program {@code script} of util-linux, since neither Java nor POSIX has
 * a way of its own to make one.
 *
 * <p>The program writes to the terminal and reads its input as without one, past the terminal, so that nothing is echoed and no
 * byte of the input is taken for a key. The terminal does not change what it writes (no carriage returns before newlines). Its
 * size is that of {@code COLUMNS} and {@code LINES} in the command's environment, or 80 by 24.
 *
 * <p>The exit code is the program's, and 128 plus the number of a signal that ended it. {@code script} is told to end by the
 * same signal as the program, and so the last words of a program that is asked to end may be cut.
 */
final class PseudoTerminal {

    private static final Path SH = Path.of("/bin/sh");

    /** What the probe's program ends with: only a {@code script} that hands exit codes on is of use. */
    private static final int PROBE_CODE = 7;

    private static final long PROBE_SECONDS = 5;

    /**
     * Keeps the input aside, lets script have none of it, and ends with a signal's code if it was asked to end, where script
     * says 0. The shell that script starts is named by SHELL, and the user's own may be no POSIX shell.
     */
    private static final String OUTER =
            "exec 3<&0 </dev/null; t=; trap t=1 TERM; SHELL=/bin/sh; export SHELL; \"$0\" \"$@\"; s=$?; "
                    + "if [ \"$t\" ] && [ $s = 0 ]; then s=143; fi; exit $s";

    private final Path script;

    private PseudoTerminal(Path script) {
        this.script = script;
    }

    /** Looks for {@code script} and tries whether it does what is needed, which takes about 20 ms. */
    static Optional<PseudoTerminal> find(String path) {
        return Preparation.search("script", null, path).map(PseudoTerminal::new).filter(PseudoTerminal::works);
    }

    private boolean works() {
        Process process;
        try {
            process = new ProcessBuilder(
                            SH.toString(),
                            "-c",
                            OUTER,
                            script.toString(),
                            "-qe",
                            "-c",
                            "stty rows 24 cols 80 -echo -onlcr && exit " + PROBE_CODE,
                            "/dev/null")
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == PROBE_CODE;
                } catch (InterruptedException e) {
                    // The answer is remembered, so it must not be that of a probe that was left.
                    interrupted = true;
                }
            }
        } finally {
            process.destroyForcibly();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The command with its program below a terminal. */
    Launch wrap(Launch launch, Map<String, String> inherited) {
        Command command = launch.command();
        StringBuilder inner = new StringBuilder("stty rows ")
                .append(size("LINES", 24, command, inherited))
                .append(" cols ")
                .append(size("COLUMNS", 80, command, inherited))
                .append(" -echo -onlcr; ");
        String shell = variable("SHELL", command, inherited);
        if (shell == null) {
            inner.append("unset SHELL; ");
        } else {
            AgentScript.quote(inner.append("SHELL="), shell).append("; ");
        }
        inner.append("exec");
        List<String> argv = new ArrayList<>(launch.argv());
        if (variable("PATH", command, inherited) == null || argv.get(0).startsWith("-")) {
            argv.set(0, launch.program().toString());
        }
        argv.forEach(word -> AgentScript.quote(inner.append(' '), word));
        inner.append(" <&3 3<&-");
        List<String> wrapped =
                List.of(SH.toString(), "-c", OUTER, script.toString(), "-qe", "-c", inner.toString(), "/dev/null");
        return new Launch(command, wrapped, SH, launch.directory(), false);
    }

    private static @Nullable String variable(String name, Command command, Map<String, String> inherited) {
        if (command.environment().containsKey(name)) {
            return command.environment().get(name);
        }
        return command.isCleanEnvironment() ? null : inherited.get(name);
    }

    private static int size(String name, int otherwise, Command command, Map<String, String> inherited) {
        String value = variable(name, command, inherited);
        return value != null && value.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(value) : otherwise;
    }
}
