package dev.heddle.samples.cli;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.JournalFollower;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options by which a view of a recording says what of it is wanted. */
public final class TaskOptions {

    /** The channels that were asked for. */
    public static final class Channels {
        @Option(
                names = "--channel",
                split = ",",
                paramLabel = "CHANNEL",
                description = "Only what was said on these: stdout, stderr, error, warning, message, verbose, trace,"
                        + " console.")
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
    private List<String> tasks = List.of();

    @Option(
            names = "--component",
            paramLabel = "GLOB",
            description = "Only tasks of a component whose name fits. May be given more than once.")
    private List<String> components = List.of();

    @Mixin
    private Channels channels = new Channels();

    /** Made by picocli. */
    public TaskOptions() {}

    /** The channels that are wanted. */
    public Set<Channel> channels() {
        return channels.wanted();
    }

    /**
     * Whether a job is wanted: if its task's name fits one of the globs for tasks, where there are any, and its component's one of
     * those for components.
     *
     * @throws UserError if one of the globs is none
     */
    public Predicate<JobInfo> jobs() {
        Predicate<@Nullable String> task = oneOf("--task", tasks);
        Predicate<@Nullable String> component = oneOf("--component", components);
        return job -> task.test(job.task()) && component.test(job.component());
    }

    /** Has a follower show only what is wanted. */
    public void narrow(JournalFollower follower) {
        follower.only(jobs()).on(channels());
    }

    private static Predicate<@Nullable String> oneOf(String option, List<String> globs) {
        if (globs.isEmpty()) {
            return name -> true;
        }
        List<PathMatcher> matchers =
                globs.stream().map(glob -> matcher(option, glob)).toList();
        return name -> name != null && matchers.stream().anyMatch(matcher -> fits(matcher, name));
    }

    private static PathMatcher matcher(String option, String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new UserError(option, "not a glob: '" + glob + "': " + e.getDescription(), null);
        }
    }

    private static boolean fits(PathMatcher matcher, String name) {
        try {
            return matcher.matches(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
