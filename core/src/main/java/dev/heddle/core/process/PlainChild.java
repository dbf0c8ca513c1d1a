package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Starts commands as children of this JVM: what {@link ProcessBuilder} must be told so that the program, its directory, its
 * environment and its streams are those of the command. Knows nothing of what becomes of the process. May be used from any
 * thread.
 */
final class PlainChild {

    private static final int MOST_ATTEMPTS = 10;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final RunnerSettings settings;

    PlainChild(RunnerSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts a command.
     *
     * @param pipes where it writes
     * @param stdin the file that it reads, or null for nothing
     * @throws IOException if it cannot be started, saying why
     */
    Process start(Launch launch, JobPipes pipes, @Nullable Path stdin) throws IOException {
        return spawn(launch, builder(launch, pipes, stdin));
    }

    private ProcessBuilder builder(Launch launch, JobPipes pipes, @Nullable Path stdin) {
        Command command = launch.command();
        List<String> argv = new ArrayList<>(launch.argv());
        if (command.environment().containsKey("PATH") || settings.changes().containsKey("PATH")) {
            // The JDK looks in the PATH of this JVM.
            argv.set(0, launch.program().toString());
        }
        ProcessBuilder builder = new ProcessBuilder(argv);
        if (launch.directory() != null) {
            builder.directory(launch.directory().toFile());
        }
        Map<String, String> variables = builder.environment();
        settings.change(variables);
        if (command.isCleanEnvironment()) {
            variables.clear();
        }
        command.environment().forEach((name, value) -> {
            if (value == null) {
                variables.remove(name);
            } else {
                variables.put(name, value);
            }
        });
        pipes.redirect(builder);
        File nothing = new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
        builder.redirectInput(stdin == null ? nothing : stdin.toFile());
        return builder;
    }

    /** Starts the process; a program file that is open for writing is tried again, since that passes. */
    private static Process spawn(Launch launch, ProcessBuilder builder) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                return builder.start();
            } catch (IOException e) {
                String said = String.valueOf(e.getMessage());
                if (!Launch.isBusy(said) || attempt + 1 >= MOST_ATTEMPTS) {
                    IOException explained = launch.explain(said);
                    explained.initCause(e);
                    throw explained;
                }
                LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, TimeUnit.MILLISECONDS.toNanos(1L << attempt)));
            }
        }
    }
}
