package dev.heddle.scheduler;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.Expansion;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Lease;
import dev.heddle.core.Outcome;
import dev.heddle.core.Slots;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.HostCheck;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The job that a host runs before it gets work: it says what it is, runs the start-up program, and names its versions. It goes
 * the way of all jobs, through the host's backend, and holds no slot.
 *
 * <p>Owned by the loop's thread, but for what the backend calls, which leaves a message.
 */
final class HostProbe {

    /** What came of a probe. */
    sealed interface Result {
        /** It answered. */
        record Answer(Map<String, String> facts) implements Result {}

        /** It did not answer. */
        record NoAnswer(String why) implements Result {}

        /** It answered that it is not fit, or not in a way that can be understood. */
        record Unfit(String why) implements Result {}
    }

    /** How long a start-up program may take. */
    static final Duration STARTUP_LIMIT = Duration.ofMinutes(30);

    private static final Duration GRACE = Duration.ofSeconds(1);

    /** The parts of a probe, in their order. */
    private enum Part {
        HELLO,
        STARTUP,
        VERSIONS
    }

    private final HostState host;
    private final HostCheck check;
    private final Settings settings;
    private final Inbox inbox;
    private final Timers timers;
    private final long origin;
    private final Consumer<Result> done;

    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private final Map<String, String> facts = new TreeMap<>();
    private @Nullable Attempt attempt;
    private boolean told;

    /**
     * @param done told once
     */
    HostProbe(HostState host, HostCheck check, Surroundings around, Consumer<Result> done) {
        this.host = host;
        this.check = check;
        this.settings = around.settings();
        this.inbox = around.inbox();
        this.timers = around.timers();
        this.origin = around.events().origin();
        this.done = done;
        parts.add(Part.HELLO);
        if (check.startup().isPresent()) {
            parts.add(Part.STARTUP);
        }
        if (ProbeScript.asksMore(check)) {
            parts.add(Part.VERSIONS);
        }
    }

    /** Begins. */
    void start() {
        next();
    }

    /** Whether nothing of it runs any more. */
    boolean isOver() {
        return attempt == null;
    }

    /** Ends it; nothing is told any more. */
    void end() {
        told = true;
        Attempt running = attempt;
        if (running != null) {
            settings.hands().execute(running::terminate);
        }
    }

    private void next() {
        Part part = parts.poll();
        if (part == null) {
            tell(new Result.Answer(facts));
            return;
        }
        Duration limit = part == Part.STARTUP ? STARTUP_LIMIT : host.member.answerTime();
        Attempt begun = new Attempt(part, command(part));
        attempt = begun;
        long now = settings.ticker().getAsLong() - origin;
        begun.timer = timers.at(now + limit.toNanos(), () -> tooLate(begun, limit));
        settings.hands().execute(begun::begin);
    }

    private Command command(Part part) {
        return switch (part) {
            case HELLO -> Command.of("sh", "-c", ProbeScript.HELLO);
            case STARTUP -> Command.of(check.startup().orElseThrow());
            case VERSIONS -> Command.of("sh", "-c", ProbeScript.more(check));
        };
    }

    private void tooLate(Attempt late, Duration limit) {
        if (attempt == late && !late.over) {
            settings.hands().execute(late::terminate);
            tell(new Result.NoAnswer(
                    late.part == Part.STARTUP
                            ? "the start-up program has not ended within " + limit.toMinutes() + " minutes"
                            : "no answer within " + limit.toSeconds() + " s"));
        }
    }

    private void ended(Attempt ended, StepEnd end) {
        if (ended.over) {
            return; // Told twice.
        }
        ended.over = true;
        attempt = null;
        if (ended.timer != null) {
            ended.timer.cancel();
        }
        settings.hands().execute(ended.output::close);
        if (told) {
            return;
        }
        Result problem = judge(ended, end);
        if (problem != null) {
            tell(problem);
        } else {
            next();
        }
    }

    /** What is wrong, or null. */
    private @Nullable Result judge(Attempt ended, StepEnd end) {
        if (end instanceof StepEnd.Lost lost) {
            return new Result.NoAnswer(lost.why());
        }
        if (end instanceof StepEnd.NotStarted not) {
            return new Result.Unfit(not.message());
        }
        if (end instanceof StepEnd.Threw threw) {
            return new Result.NoAnswer("asking it failed: " + threw.thrown());
        }
        if (end instanceof StepEnd.Exited exited && !exited.end().exitedWith(0)) {
            int signal = exited.end().signal();
            return new Result.Unfit(what(ended.part)
                    + (signal > 0
                            ? " was ended by signal " + signal
                            : " ended with exit code " + exited.end().exitCode())
                    + lastLine(ended));
        }
        if (ended.part == Part.STARTUP) {
            return null;
        }
        try {
            facts.putAll(ProbeScript.read(ended.answer.bytes()));
            return null;
        } catch (ProbeScript.Unintelligible e) {
            return new Result.Unfit(String.valueOf(e.getMessage()));
        }
    }

    private String what(Part part) {
        return part == Part.STARTUP
                ? "the start-up program " + check.startup().orElse("")
                : "the shell that was to say what the host is";
    }

    private static String lastLine(Attempt ended) {
        List<String> lines = ended.output.lastLines();
        return lines.isEmpty() ? "" : ": " + ProbeScript.clean(lines.get(lines.size() - 1));
    }

    private void tell(Result result) {
        if (!told) {
            told = true;
            done.accept(result);
        }
    }

    /** What a host answers: its standard output, up to a little more than it may be. */
    private static final class Answer implements JobOutput {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void write(Channel channel, byte[] from, int offset, int length) {
            if (channel == Channel.STDOUT) {
                bytes.write(from, offset, Math.min(length, ProbeScript.MAX_BYTES + 1 - bytes.size()));
            }
        }

        synchronized byte[] bytes() {
            return bytes.toByteArray();
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    }

    /** One command of a probe, as the host's backend sees it. */
    private final class Attempt implements HostJob, StepObserver {
        final Part part;
        final Answer answer = new Answer();
        final OutputTail output;
        private final Task task;
        private final JobInfo info;
        private volatile @Nullable RunningStep running;
        private volatile boolean unwanted;

        // Owned by the loop's thread.
        Timers.@Nullable Timer timer;
        boolean over;

        Attempt(Part part, Command command) {
            this.part = part;
            this.output =
                    new OutputTail(part == Part.STARTUP ? HostLogs.startUp(settings.hostLogs(), host.name()) : answer);
            String name =
                    part == Part.STARTUP ? "heddle:startup" : part == Part.HELLO ? "heddle:hello" : "heddle:versions";
            this.task = BuildGraph.builder()
                    .task(TaskSpec.named(name).command(command).slots(0).build())
                    .build()
                    .task(0);
            this.info = new JobInfo(0, name, null, name, host.name(), 1);
        }

        void begin() {
            running = PortCalls.start(host.backend, this, task.steps().get(0).work(), this);
            if (unwanted) {
                terminate();
            }
        }

        void terminate() {
            unwanted = true;
            RunningStep step = running;
            if (step != null) {
                step.terminate(GRACE);
            }
        }

        @Override
        public void started(long pid) {}

        @Override
        public void ended(StepEnd end) {
            inbox.post(() -> HostProbe.this.ended(this, end));
        }

        @Override
        public JobInfo info() {
            return info;
        }

        @Override
        public Task task() {
            return task;
        }

        @Override
        public Lease lease() {
            return new Lease(host.name(), 0);
        }

        @Override
        public Slots slots() {
            return JobSlots.fixed(0);
        }

        @Override
        public JobOutput output() {
            return output;
        }

        @Override
        public void note(JobNote note) {}

        @Override
        public void expand(Expansion expansion) {}

        @Override
        public void next(List<Step> steps) {}

        @Override
        public void skip(List<String> steps) {}
    }
}
