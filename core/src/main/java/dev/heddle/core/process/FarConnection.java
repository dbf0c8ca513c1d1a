package dev.heddle.core.process;

import dev.heddle.core.transport.ShellTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One connection to another machine: its keeper, its agents, and the question whether it still stands.
 *
 * <p>The keeper is told the time every few seconds, and repeats it. The lease over there is reckoned from that time, not from
 * when the message came, so one that was long under way prolongs nothing; and from this side it is known when the lease has
 * surely ended: {@link FarSettings#fence} and the shortest way there and back after the last message was made. A connection
 * is silent when nothing at all comes from it, so that answers may queue behind the output of jobs.
 *
 * <p>A connection that breaks loses its agents' jobs, but they are told as lost only when nothing of them runs any more:
 * when the lease has surely ended, or when a new connection to the same machine has killed what was left.
 *
 * <p>Belongs to the runner's own thread, but for what the reader threads hand over.
 */
final class FarConnection implements FarShell.Listener {

    private enum State {
        CONNECTING,
        OPEN,
        BROKEN
    }

    /** An order to the keeper must be confirmed within this time, or the connection counts as broken. */
    private static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final Pattern DIRECTORY = Pattern.compile("/[A-Za-z0-9/._-]{1,200}");

    private record Order(long at, Runnable then) {}

    private final FarRunner runner;
    private final FarSettings settings;
    private final Path directory;
    private final String nonce;
    private final FarScript script;
    private final FarShell keeper;
    private final long began;
    private final Map<Long, Order> orders = new HashMap<>();
    final Set<FarAgent> agents = new LinkedHashSet<>();

    private State state = State.CONNECTING;
    private String farDirectory = "";
    private String machine = "";
    private String reason = "";
    private int most;
    private long lastOrder;
    private long beatAt;
    private long shortestTrip = Long.MAX_VALUE;
    private boolean suspected;
    private boolean fenced;
    private int streams = 2;
    private volatile double load = -1;

    /**
     * Begins to connect.
     *
     * @param directory here, for what the transport keeps
     * @param most agents that other connections to the machine were seen to take
     */
    FarConnection(FarRunner runner, FarSettings settings, Path directory, String nonce, int most) throws IOException {
        this.runner = runner;
        this.settings = settings;
        this.directory = directory;
        this.nonce = nonce;
        this.began = runner.now();
        this.script = new FarScript(nonce, settings.here());
        this.most = Math.min(most, settings.transport().mostPrograms() - 1);
        ShellTransport transport = settings.transport();
        this.keeper = runner.shell(transport.first(directory, KeeperScript.PROGRAM), nonce, this);
        keeper.listen();
        keeper.send(KeeperScript.boot(nonce, settings));
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    boolean isFenced() {
        return fenced;
    }

    /** When it was begun. */
    long began() {
        return began;
    }

    /** Why it is broken. */
    String reason() {
        return reason;
    }

    FarScript script() {
        return script;
    }

    String farDirectory() {
        return farDirectory;
    }

    /** The load over there when last heard of, or a negative number. */
    double load() {
        return load;
    }

    boolean hasRoom() {
        return state == State.OPEN && agents.size() < most;
    }

    /** Begins to make an agent; {@link FarPool#born} or {@link FarPool#gone} tells what became of it. */
    void bear() throws IOException {
        List<String> argv = settings.transport().further(directory, FarScript.agentProgram(farDirectory));
        FarAgent agent = new FarAgent(runner, this, listener -> runner.shell(argv, nonce, listener), farDirectory);
        agents.add(agent);
        agent.send(script.agent(farDirectory));
    }

    /**
     * The other side takes no more agents than there are. Those that are still being born count: several are asked for at
     * once, and what refuses one of them may be quicker to say so than another is to live.
     *
     * @return false if there are none beside the one that was refused
     */
    boolean isFull(FarAgent refused) {
        agents.remove(refused);
        if (agents.isEmpty()) {
            return false;
        }
        most = agents.size();
        return true;
    }

    /** How many agents it is thought to take. */
    int most() {
        return most;
    }

    void tell(String text) {
        if (state == State.OPEN) {
            keeper.send(text);
        }
    }

    /** Gives the keeper an order that it confirms; {@code then} runs when it has. */
    void kill(FarAgent agent, Runnable then) {
        tell(KeeperScript.kill(agent.pid, order(then)));
    }

    /** Kills what holds the output of an agent's job, wherever it is. */
    void free(FarAgent agent, Runnable then) {
        tell(KeeperScript.free(agent.pid, order(then)));
    }

    /** Kills all of an agent. */
    void end(FarAgent agent, Runnable then) {
        tell(KeeperScript.end(agent.pid, order(then)));
    }

    private long order(Runnable then) {
        long number = ++lastOrder;
        orders.put(number, new Order(runner.now(), then));
        return number;
    }

    // The keeper's outputs, on the reader threads.

    @Override
    public FarStream.Handler handler(boolean error) {
        return new FarStream.Handler() {
            @Override
            public void bytes(byte[] bytes, int offset, int length) {
                if (error) {
                    keeper.complain(bytes, offset, length);
                } else {
                    keeper.talk(bytes, offset, length);
                }
            }

            @Override
            public void frame(char kind, String[] words) {
                runner.post(() -> FarConnection.this.frame(kind, words));
            }
        };
    }

    @Override
    public void ended(boolean error) {
        runner.post(() -> {
            if (--streams == 0) {
                String said = state == State.CONNECTING ? keeper.lastWords() : keeper.complaint();
                breakUp((state == State.CONNECTING ? "cannot connect to " : "the connection to ")
                        + runner.name()
                        + (state == State.CONNECTING ? "" : " broke")
                        + (said.isEmpty() ? "" : ": " + said));
            }
        });
    }

    // On the runner's thread.

    private void frame(char kind, String[] words) {
        switch (kind) {
            case 'o' -> opened(words);
            case 'p' -> answered(words);
            case 'g' -> died(FarStream.number(words, 0));
            case 'k', 'd' -> {
                Order order = orders.remove(FarStream.number(words, 0));
                if (order != null) {
                    order.then().run();
                }
            }
            case 'x' -> breakUp("cannot make a directory in " + String.join(" ", words) + " on " + runner.name());
            default -> {}
        }
    }

    private void opened(String[] words) {
        if (state != State.CONNECTING
                || words.length != 2
                || !DIRECTORY.matcher(words[0]).matches()) {
            breakUp("the shell on " + runner.name() + " does not answer as it should");
            return;
        }
        state = State.OPEN;
        farDirectory = words[0];
        machine = words[1];
        beat(runner.now());
        runner.pool().opened(this);
    }

    private void answered(String[] words) {
        long seconds = FarStream.number(words, 0);
        long hundredths = FarStream.number(words, 1);
        if (state == State.OPEN && seconds >= 0) {
            load = hundredths < 0 ? -1 : hundredths / 100.0;
            long sent = TimeUnit.SECONDS.toNanos(seconds) + began;
            shortestTrip = Math.min(shortestTrip, runner.now() - sent);
        }
    }

    private void beat(long now) {
        beatAt = now;
        keeper.send(KeeperScript.beat(TimeUnit.NANOSECONDS.toSeconds(now - began)));
    }

    private long heardAt() {
        long heard = keeper.heardAt();
        for (FarAgent agent : agents) {
            heard = Math.max(heard, agent.heardAt());
        }
        return heard;
    }

    /** An agent has died over there, which its line does not tell as long as a relay holds it. */
    private void died(long pid) {
        for (FarAgent agent : List.copyOf(agents)) {
            if (agent.pid == pid && agent.born && !agent.isSlain()) {
                end(agent, agent::slain);
            }
        }
    }

    /** Looks whether the other side has fallen silent; called every second or so. */
    void look() {
        long now = runner.now();
        if (state == State.CONNECTING
                && now - began > settings.transport().patience().toNanos()) {
            String said = keeper.complaint();
            breakUp("cannot connect to " + runner.name() + " within "
                    + settings.transport().patience().toSeconds() + " s" + (said.isEmpty() ? "" : ": " + said));
        }
        if (state != State.OPEN) {
            return;
        }
        if (now - beatAt >= settings.beatPeriod().toNanos()) {
            beat(now);
        }
        long quiet = now - heardAt();
        boolean silent = quiet > settings.silence().toNanos();
        if (silent && suspected) {
            breakUp(runner.name() + " has not been heard of for " + TimeUnit.NANOSECONDS.toSeconds(quiet) + " s");
        } else if (orders.values().stream().anyMatch(order -> now - order.at() > CONFIRM_NANOS)) {
            breakUp("the keeper on " + runner.name() + " does what it is told no more");
        }
        // If this process itself was stopped for a while, what the other side said meanwhile is yet to be read.
        suspected = silent;
    }

    /** Gives it up. What its agents ran is lost once it is known to run no more. */
    void breakUp(String why) {
        if (state == State.BROKEN) {
            return;
        }
        boolean wasOpen = state == State.OPEN;
        state = State.BROKEN;
        reason = why;
        keeper.destroy();
        agents.forEach(FarAgent::destroy);
        orders.clear();
        if (wasOpen && agents.stream().anyMatch(agent -> agent.job() != null && !agent.isSlain())) {
            // Before the first answer there is no better bound than that the connection was made in that time.
            long trip = shortestTrip == Long.MAX_VALUE ? runner.now() - began : shortestTrip;
            long end = beatAt + settings.fence().toNanos() + trip - runner.now();
            runner.later(this::fence, Math.max(0, end));
        } else {
            fenced = true;
        }
        runner.pool().broken(this, wasOpen);
    }

    /** Nothing of it runs any more. */
    private void fence() {
        if (!fenced) {
            fenced = true;
            new ArrayList<>(agents).forEach(FarAgent::settle);
            runner.pool().fenced(this);
        }
    }

    /** Kills what is left of a broken connection to the same machine. */
    void clearAway(FarConnection old) {
        if (state == State.OPEN && old.state == State.BROKEN && old.machine.equals(machine) && !old.fenced) {
            tell(KeeperScript.fence(old.farDirectory, order(old::fence)));
        }
    }

    /** Ends it; the keeper kills what its agents run. */
    void close() {
        if (state != State.OPEN) {
            keeper.destroy();
        }
        keeper.endInput();
        agents.forEach(FarAgent::endInput);
    }

    /** Waits for its processes and threads, a bounded time each, and destroys what is left. */
    void await(List<FarAgent> all, long millis) throws InterruptedException {
        keeper.await(millis);
        keeper.destroy();
        for (FarAgent agent : all) {
            agent.destroy();
            agent.await(millis);
        }
        keeper.await(millis);
    }

    Path directory() {
        return directory;
    }
}
