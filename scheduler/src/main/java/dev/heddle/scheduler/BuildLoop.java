package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import dev.heddle.core.Step;
import dev.heddle.core.event.Counters;
import dev.heddle.core.event.TaskState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One build: a single thread that owns all its state, reads what others tell it, and acts on it.
 *
 * <p>Each turn reads the messages, lets timers go off, deals with what became ready, and starts what finds room. Nothing the
 * thread does blocks, but waiting for the next message; nothing it decides depends on anything but messages and time.
 */
final class BuildLoop implements Jobs.Ends {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MESSAGES_A_TURN = 4_096;
    private static final long JOIN_MILLIS = 5_000;

    private final Settings settings;
    private final LiveGraph graph;
    private final Beginning beginning;
    private final Inbox inbox = new Inbox();
    private final Questions questions = new Questions(inbox);
    private final Timers timers = new Timers();
    private final Events events;
    private final Desk desk;
    private final Growth growth;
    private final Jobs jobs;
    private final Checks checks;
    private final Discovery discovery;
    private final Explainer explainer;
    private final Forecast forecast;
    private final Stalls stalls;
    private final Bulletin bulletin;
    private final Attempts attempts;
    private final Surroundings around;
    private final Suspensions suspensions;
    private final Fleet fleet;
    private final Doubts doubts;
    private final BuildLocks locks;
    private final Copies copies;
    private final SharedSlots sharedSlots;
    private final CompletableFuture<BuildResult> result = new CompletableFuture<>();
    private final Thread thread;
    private final Orders orders;
    private boolean over;

    BuildLoop(Settings settings, Beginning beginning) {
        this.settings = settings;
        this.beginning = beginning;
        this.graph = new LiveGraph(beginning.graph());
        this.events = new Events(graph, settings);
        this.around = new Surroundings(settings, events, inbox, timers);
        this.desk = new Desk(graph, settings, events, true);
        this.growth = new Growth(settings, inbox, desk, events);
        this.jobs = new Jobs(around, desk.dispatcher(), growth, this);
        this.checks = new Checks(graph, desk, settings, inbox);
        this.discovery = new Discovery(graph, desk, events, inbox, beginning.missing());
        this.fleet = new Fleet(around, desk.dispatcher());
        this.locks = new BuildLocks(around, graph, desk, checks, this::startLocked);
        this.sharedSlots = new SharedSlots(around, desk.dispatcher());
        this.doubts = new Doubts(fleet.health(), desk.dispatcher(), events, graph);
        this.attempts = new Attempts(desk, timers, events, doubts, this::fail);
        this.suspensions = new Suspensions(around);
        this.orders = new Orders(events, settings.stopFile(), settings.maxFailures());
        this.copies = new Copies(settings, desk, jobs, attempts, orders);
        this.bulletin = new Bulletin(desk, events);
        this.explainer = new Explainer(graph, desk, jobs, locks, orders);
        this.stalls =
                new Stalls(around, jobs, () -> orders.mayStart() ? explainer.nothingCanRun() : null, this::stopNow);
        this.forecast = new Forecast(graph, desk, jobs, events, settings.estimates());
        this.thread = new Thread(this::run, "heddle-build");
        thread.setDaemon(true);
    }

    CompletableFuture<BuildResult> result() {
        return result;
    }

    void start() {
        thread.start();
    }

    /** Waits until the loop's thread has ended. */
    void join() throws InterruptedException {
        if (Thread.currentThread() != thread) {
            thread.join();
        }
    }

    private void run() {
        try {
            begin();
            while (!over) {
                turn();
            }
            end();
        } catch (Throwable e) { // The loop's edge: a broken invariant ends the build and its jobs.
            die(e);
        }
    }

    private void begin() {
        events.buildStarted();
        fleet.begin();
        stalls.begin();
        sharedSlots.begin();
        desk.want(beginning.targets() == null ? IntList.upTo(graph.size()) : beginning.targets());
        new Wants(graph, desk, events).tell();
        discovery.start(beginning.sources());
        if (Lookout.isNeeded(settings)) {
            new Lookout(settings, desk.dispatcher(), inbox, this::looked).look();
        }
    }

    private void turn() {
        int left = MESSAGES_A_TURN;
        ArrayDeque<Runnable> messages = inbox.take();
        for (Runnable message = messages.poll(); message != null; message = messages.poll()) {
            message.run();
            if (--left == 0) {
                advance();
                left = MESSAGES_A_TURN;
            }
        }
        suspensions.look();
        timers.fire(events.now());
        advance();
        growth.settle(orders.mayStart(), checks.running() == 0 && jobs.closing() == 0);
        sharedSlots.settle(orders.mayStart(), growth);
        bulletin.tell(jobs.running());
        if (isOver()) {
            over = true;
        } else {
            rest();
        }
    }

    /** Deals with what became ready and starts what finds room. */
    private void advance() {
        fleet.settle();
        desk.settle();
        stopAfterFailures();
        copies.start(true);
        while (true) {
            stopAfterFailures();
            if (!orders.mayStart()) {
                return;
            }
            checks.submit();
            Dispatcher.Start next = desk.dispatcher().next();
            if (next == null) {
                desk.shortOfSlots();
                copies.start(false);
                return;
            }
            fleet.hope();
            locks.take(next);
            desk.settle();
        }
    }

    private void stopAfterFailures() {
        if (!over) {
            orders.failed(desk.failures().size() + locks.aside().failed());
        }
    }

    private boolean startLocked(Dispatcher.Start start) {
        stopAfterFailures(); // A task may have failed while the locks were taken, or the host be drained.
        if (!orders.mayStart() || !start.host().isUp()) {
            return false;
        }
        desk.move(start.task(), TaskState.RUNNING);
        jobs.start(start, graph.task(start.task()), attempts.number(start.task()), attempts.isFresh(start.task()));
        return true;
    }

    private boolean isOver() {
        if (jobs.running() > 0 || checks.running() > 0 || locks.isBusy()) {
            return false;
        }
        String stopping = orders.stopping();
        if (stopping != null && discovery.isFeeding()) {
            // A source that never rests also keeps the inbox from ever being empty.
            discovery.stop();
            return false;
        }
        if (!inbox.isEmpty()) {
            return false;
        }
        if (stopping != null) {
            return true;
        }
        if (discovery.isFeedingByItself()) {
            return false;
        }
        if (desk.unfinished() == 0) {
            return true;
        }
        if (orders.isPausing() || attempts.delayed() > 0) {
            return false;
        }
        if (desk.states().queued() == 0 && locks.aside().endOfWork()) {
            return false;
        }
        if (fleet.isAwaited() || sharedSlots.isAwaited()) {
            return false;
        }
        orders.giveUp(explainer.nothingCanRun());
        discovery.stop();
        return !discovery.isFeeding();
    }

    private void rest() {
        try {
            suspensions.rest(jobs.running() > 0, checks.running() > 0);
        } catch (InterruptedException e) {
            // Nobody but a program that interrupts all threads does this; the build is then to end.
            cancelNow("the engine's thread was interrupted");
        }
    }

    private void looked(Lookout lookout, Lookout.Seen seen) {
        lookout.follow(seen, fleet, events);
        orders.stopFile(seen.stop());
        timers.at(events.now() + LOOK_NANOS, lookout::look);
    }

    private void stopNow(String why) {
        if (!over) {
            orders.stop(why);
        }
    }

    private void cancelNow(String why) {
        if (over || !orders.cancel(why)) {
            return;
        }
        for (JobRun job : List.copyOf(jobs.list())) {
            jobs.cancel(job, why, settings.terminateGrace());
        }
        discovery.stop();
    }

    // Called from any thread.

    boolean stop(String why) {
        return inbox.post(() -> stopNow(why));
    }

    boolean pause() {
        return inbox.post(orders::pause);
    }

    boolean resume() {
        return inbox.post(orders::resume);
    }

    boolean cancel(String why) {
        return inbox.post(() -> cancelNow(why));
    }

    /** Asks something that only the loop's thread may look at; once the build is over, anybody may. */
    <T> T ask(Supplier<T> question) {
        return Thread.currentThread() == thread ? question.get() : questions.ask(question);
    }

    Explainer explainer() {
        return explainer;
    }

    Forecast forecast() {
        return forecast;
    }

    /** The hosts; for the loop's thread. */
    Fleet fleet() {
        return fleet;
    }

    Counters counters() {
        return desk.states().counters(jobs.running());
    }

    @Override
    public Outcome stepsOver(JobRun job, Outcome outcome) {
        if (!outcome.isSuccess()) {
            return outcome;
        }
        String late = copies.succeeds(job);
        if (late != null) {
            return new Outcome.Cancelled(late);
        }
        String refused = discovery.expand(job);
        if (refused != null) {
            return new Outcome.Failed(
                    job.currentStep().name(), new Outcome.FailureCause.Rejected(refused), job.lastLines());
        }
        return outcome;
    }

    @Override
    public void stepBegins(Step step) {
        stalls.follow(step);
    }

    @Override
    public void stepDone(int task, int step) {
        desk.readiness().stepDone(task, step);
    }

    @Override
    public void over(JobRun job, Outcome outcome, @Nullable String lost) {
        if (!copies.decides(job, outcome)) {
            return;
        }
        int task = job.start.task();
        locks.ending(job);
        if (outcome.isSuccess()) {
            doubts.built(job.start.host(), task);
            desk.succeed(task, outcome);
        } else if (outcome instanceof Outcome.Cancelled cancelled) {
            desk.move(task, TaskState.UNFINISHED);
            desk.cancel(task, cancelled.why());
        } else if (lost != null) {
            attempts.lost(task, outcome);
        } else {
            attempts.failed(task, job, outcome);
        }
        locks.over(job);
    }

    @Override
    public void ranOn(int task) {
        locks.ranOn(task);
    }

    private void fail(int task, Outcome outcome) {
        if (!locks.fail(task, outcome)) {
            desk.fail(task, outcome);
        }
    }

    @Override
    public void hostDid(HostState host, @Nullable String lost) {
        fleet.health().did(host, lost);
    }

    private void end() {
        locks.aside().end();
        String stopping = orders.stopping();
        if (stopping != null) {
            desk.cancelRest(stopping);
        }
        discovery.join(JOIN_MILLIS);
        fleet.end();
        growth.end();
        sharedSlots.end();
        bulletin.tell(jobs.running());
        BuildResult built =
                new BuildResult(graph, desk, discovery.problems(), Duration.ofNanos(events.now()), stopping);
        events.finished(built);
        events.close();
        inbox.close();
        inbox.take().forEach(Runnable::run);
        result.complete(built);
    }

    private void die(Throwable cause) {
        jobs.kill();
        locks.abandon();
        discovery.stop();
        fleet.end();
        growth.end();
        sharedSlots.end();
        inbox.close();
        events.close();
        String text = String.valueOf(cause.getMessage());
        AssertionError bug = cause instanceof AssertionError error && text.startsWith("BUG: ")
                ? error
                : new AssertionError("BUG: the build loop failed: " + cause, cause);
        questions.fail(bug);
        result.completeExceptionally(bug);
    }
}
