package dev.heddle.scheduler;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * A directory in which a build tells what it does, in files as dpb writes them: {@link Scheduler.Builder#logDirectory}. The module's
 * {@code docs/files.md} describes each. Every build adds to what is there; the directory is made when something is written.
 *
 * <p>While a file named {@code stop} is there no further job is started, and {@code stop-HOST} does so for one host.
 *
 * <p><b>Failure.</b> The first line that cannot be written is told as an error message of the build, and at its end how many are
 * missing of which file; the build goes on. A build that is far ahead of the disk does not wait: the lines it loses are counted in
 * {@code engine.log}.
 *
 * <p>Immutable.
 */
public final class LogDirectory {

    /** A file, or the files of a kind. */
    public enum Log {
        /** {@code build.log}: a line for each job, with what each step took. */
        BUILD("build.log"),
        /** {@code engine.log}: a line for each change of a task's state. */
        ENGINE("engine.log"),
        /** {@code stats.log}: the counters, whenever they changed. */
        STATS("stats.log"),
        /** {@code vars.log}: the names of tasks, as they were found. */
        VARS("vars.log"),
        /** {@code clean.log}: tasks whose step {@code clean} had to be repeated. */
        CLEAN("clean.log"),
        /** {@code size.log}: what jobs told of the sizes of their directories. */
        SIZE("size.log"),
        /** {@code signature.log} and {@code init.HOST.log}: in what hosts differ, and what they printed when they started. */
        HOSTS("signature.log");

        private final String fileName;

        Log(String fileName) {
            this.fileName = fileName;
        }

        String fileName() {
            return fileName;
        }
    }

    private final Path path;
    private final Set<Log> logs;

    private LogDirectory(Path path, Set<Log> logs) {
        this.path = path;
        this.logs = logs;
    }

    /** A directory with all logs. */
    public static LogDirectory at(Path path) {
        return new LogDirectory(path, EnumSet.allOf(Log.class));
    }

    /** The same without some of its logs. */
    public LogDirectory without(Log... unwanted) {
        EnumSet<Log> left = EnumSet.copyOf(logs);
        for (Log log : unwanted) {
            left.remove(log);
        }
        return new LogDirectory(path, left);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether a log is written. */
    public boolean has(Log log) {
        return logs.contains(log);
    }
}
