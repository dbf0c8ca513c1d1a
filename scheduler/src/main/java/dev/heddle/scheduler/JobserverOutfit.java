package dev.heddle.scheduler;

import dev.heddle.core.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a command is given so that it can take part in a jobserver: the variable {@code MAKEFLAGS}, and where that names
 * descriptors, a shell that opens them and then becomes the command. A command that has a {@code MAKEFLAGS} of its own, or wants
 * an environment of its own alone, is left as it is.
 */
final class JobserverOutfit {

    private static final String MAKEFLAGS = "MAKEFLAGS";
    /** Single digits, which is all that some shells can redirect, and seldom used in scripts. */
    private static final String PAIR = "7,8";

    private static final String OPEN = "exec 7<>\"$1\" 8<>\"$2\" && shift 2 && exec \"$@\"";

    private final String value;
    private final @Nullable List<String> paths;

    private JobserverOutfit(String value, @Nullable List<String> paths) {
        this.value = value;
        this.paths = paths;
    }

    static JobserverOutfit fifo(String makeFlags) {
        return new JobserverOutfit(makeFlags, null);
    }

    static JobserverOutfit descriptors(String read, String write, UnaryOperator<String> makeFlags) {
        return new JobserverOutfit(makeFlags.apply(PAIR), List.of(read, write));
    }

    /** Whether a command is given anything. */
    static boolean takesPart(Command command) {
        return !command.isCleanEnvironment() && !command.environment().containsKey(MAKEFLAGS);
    }

    Command of(Command command) {
        if (!takesPart(command)) {
            return command;
        }
        return (paths == null ? command : opening(command, paths)).env(MAKEFLAGS, value);
    }

    private static Command opening(Command command, List<String> paths) {
        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", OPEN, "sh"));
        argv.addAll(paths);
        if (command.isShell()) {
            argv.addAll(List.of("/bin/sh", "-c"));
        }
        argv.addAll(command.argv());
        return alike(command, Command.of(argv));
    }

    private static Command alike(Command command, Command other) {
        Command same = command.directory().map(other::in).orElse(other);
        for (Map.Entry<String, @Nullable String> variable :
                command.environment().entrySet()) {
            String set = variable.getValue();
            same = set == null ? same.unset(variable.getKey()) : same.env(variable.getKey(), set);
        }
        if (command.stdin() instanceof Command.Stdin.Text text) {
            same = same.stdin(text.content());
        } else if (command.stdin() instanceof Command.Stdin.File file) {
            same = same.stdinFrom(file.path());
        }
        return same.expectExit(command.expectedExitCodes().stream()
                        .mapToInt(Integer::intValue)
                        .toArray())
                .capture(command.capture());
    }
}
