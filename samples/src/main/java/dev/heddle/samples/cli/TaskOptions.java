package dev.heddle.samples.cli;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options by which a view of a recording says what of it is wanted. */
public final class TaskOptions {

    /** The channels that were asked for. */
    public static final class Channels {
        @Option(
                names = "--channel",
                split = ",",
                paramLabel = "CHANNEL",
                description = "Only these: stdout, stderr, error, warning, message, verbose, trace.")
        private @Nullable List<Channel> channels;

        /** Made by picocli. */
        public Channels() {}

        /** The channels that are wanted; all if none was named. */
        public Set<Channel> wanted() {
            return channels == null ? EnumSet.allOf(Channel.class) : EnumSet.copyOf(channels);
        }
    }

    @Option(
            names = "--task",
            paramLabel = "GLOB",
            description =
                    "Only tasks whose name fits, such as 'src/*.o': * stands for anything but /, ** for anything. May be"
                            + " given more than once.")
    private List<String> globs = List.of();

    /** Made by picocli. */
    public TaskOptions() {}

    /**
     * Whether a task is wanted, by its name.
     *
     * @throws UserError if one of the globs is none
     */
    public Predicate<String> tasks() {
        if (globs.isEmpty()) {
            return task -> true;
        }
        List<PathMatcher> matchers = globs.stream().map(TaskOptions::matcher).toList();
        return task -> matchers.stream().anyMatch(matcher -> fits(matcher, task));
    }

    /** Whether a job is wanted. */
    public Predicate<JobInfo> jobs() {
        Predicate<String> tasks = tasks();
        return job -> tasks.test(job.task());
    }

    private static PathMatcher matcher(String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new UserError("--task", "not a glob: '" + glob + "': " + e.getDescription(), null);
        }
    }

    private static boolean fits(PathMatcher matcher, String task) {
        try {
            return matcher.matches(Path.of(task));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
