package dev.heddle.scheduler;

import dev.heddle.core.event.BuildEventListener;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The files that one build writes about itself: who writes them, and what those have to be told besides events. */
final class Records {

    private final List<RunTimes> runTimes;
    private final List<BuildEventListener> listeners;
    private final @Nullable BuildLogs logs;

    /**
     * @param complaints is told what cannot be written; may be called from any thread
     * @param warnings is told what cannot be written that the build does without; may be called from any thread
     */
    Records(Settings settings, Consumer<String> complaints, Consumer<String> warnings) {
        List<RunTimes> times = new ArrayList<>(settings.runTimes());
        times.forEach(each -> each.warns(warnings));
        List<BuildEventListener> all = new ArrayList<>(settings.listeners());
        LogDirectory directory = settings.logs();
        if (directory == null) {
            this.logs = null;
        } else {
            BuildLogs writer =
                    new BuildLogs(directory, complaints, ProcessHandle.current().pid());
            all.add(writer);
            this.logs = writer;
            if (directory.has(LogDirectory.Log.BUILD)) {
                RunTimes jobs = new RunTimes(new JobLog(
                        LineFile.behind(directory.path().resolve(LogDirectory.Log.BUILD.fileName())), complaints));
                times.add(jobs);
                all.add(jobs);
            }
        }
        Path profile = settings.profile();
        if (profile != null) {
            all.add(new ChromeTrace(profile, complaints));
        }
        this.runTimes = List.copyOf(times);
        this.listeners = List.copyOf(all);
    }

    /** Who is told the events of the build. */
    List<BuildEventListener> listeners() {
        return listeners;
    }

    /** A job starts, of which no event was told yet. */
    void begin(JobRun job) {
        for (RunTimes times : runTimes) {
            times.begin(job);
        }
    }

    /** Tasks belong to the build from now on. */
    void found(Instant when, IntList tasks, LiveGraph graph) {
        if (logs != null && tasks.size() > 0) {
            List<String> names = new ArrayList<>(tasks.size());
            for (int i = 0; i < tasks.size(); i++) {
                names.add(graph.task(tasks.get(i)).name());
            }
            logs.found(when, names);
        }
    }

    /** {@code build.log}: each line is in the file when the next job is told of. */
    private static final class JobLog implements RunTimes.Log {
        private final LineFile file;
        private final Consumer<String> complaints;

        JobLog(LineFile file, Consumer<String> complaints) {
            this.file = file;
            this.complaints = complaints;
        }

        @Override
        public void add(TimedRun run) {
            file.line(BuildLogFormat.write(run));
            flush(false);
        }

        @Override
        public void flush(boolean over) {
            file.flush();
            file.tellFailure(complaints);
            if (over) {
                file.close();
                file.tellMissing(complaints);
            }
        }
    }
}
