package dev.heddle.store.local;

import dev.heddle.core.BuildService;
import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.core.process.ProcessRunner;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds derivations on this machine and registers what they make.
 *
 * <p><b>Threads.</b> Any number, for different derivations at once; two builds of the same outputs wait for each other, in this
 * process and others. A thread that is interrupted kills its builder and leaves nothing of the build.
 *
 * <p><b>The builder</b> has a fresh private directory, a clean environment (that of Nix), a group of processes of its own, and
 * nothing to read. With a sandbox it sees its inputs and little else, has no network, and all its processes die with it. Without
 * one it sees the whole machine and its network, and a daemon that it starts may live until the store is closed; its outputs are
 * copied before they are registered, so that no such process can change them.
 *
 * <p><b>Failure.</b> A build that fails is a {@link BuildResult.Failed}; an {@code IOException} says that the store itself could
 * not do its part.
 */
final class LocalBuilder implements Closeable, BuildService {

    private final LocalStore store;
    private final BuildLogs logs;
    private final LongSupplier ticker;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock. */
    private @Nullable ProcessRunner runner;

    private @Nullable Confinement confinement;
    private boolean closed;

    /** @param ticker nanoseconds from any origin */
    LocalBuilder(LocalStore store, LongSupplier ticker) {
        this.store = store;
        this.ticker = ticker;
        this.logs = new BuildLogs(store.parts().disk(), store.layout());
    }

    /** What builds of a derivation printed, the newest attempt first. */
    List<BuildLog> logs(StorePath derivation) throws IOException {
        return logs.of(derivation);
    }

    /**
     * Builds one derivation, whose inputs must be valid.
     *
     * @param path the path of the derivation's text, which need not be valid
     * @param output takes what the builder prints; not finished and not closed
     */
    BuildResult buildDerivation(StorePath path, Derivation derivation, Mode mode, JobOutput output)
            throws IOException, InterruptedException {
        try {
            DerivationBuild.Tools tools = tools();
            return new DerivationBuild(tools, path, derivation, mode, output).run();
        } catch (BuildFailure e) {
            return e.result(path);
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            // The flag says the same as what is thrown instead.
            if (!Thread.interrupted()) {
                throw e;
            }
            InterruptedException interruption = new InterruptedException("the build of " + path + " was interrupted");
            interruption.initCause(e);
            throw interruption;
        }
    }

    @Override
    public Outcome build(StorePath path, Derivation derivation, Mode mode, JobOutput output)
            throws InterruptedException {
        try {
            return buildDerivation(path, derivation, mode, output).outcome();
        } catch (IOException e) {
            return new Outcome.Failed("", new Outcome.FailureCause.Thrown(e), List.of());
        }
    }

    /**
     * Builds a valid derivation after everything that is missing of what it needs, one at a time.
     *
     * @param output gets an output for each derivation that is built
     * @return how the derivation's own build ended, or that of the input that failed
     */
    BuildResult build(StorePath path, Mode mode, OutputPort output) throws IOException, InterruptedException {
        try (InputsFirst order = new InputsFirst(
                store, (one, derivation) -> shown(one, derivation, path.equals(one) ? mode : Mode.NORMAL, output))) {
            return order.build(path, mode);
        }
    }

    private BuildResult shown(StorePath path, Derivation derivation, Mode mode, OutputPort port)
            throws IOException, InterruptedException {
        String name = path.name().substring(0, path.name().length() - InputsFirst.SUFFIX.length());
        try (JobOutput output = port.open(new JobInfo(0, name, null, path.toString(), "local", 1))) {
            try {
                BuildResult result = buildDerivation(path, derivation, mode, output);
                output.finish(result.outcome());
                return result;
            } catch (InterruptedException e) {
                output.finish(new Outcome.Cancelled("the build was interrupted"));
                throw e;
            } catch (IOException e) {
                output.finish(new Outcome.Failed("", new Outcome.FailureCause.Thrown(e), List.of()));
                throw e;
            }
        }
    }

    private DerivationBuild.Tools tools() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (closed) {
                throw new IllegalStateException("the store in " + store.layout().state() + " is closed");
            }
            ProcessRunner running = runner;
            if (running == null) {
                // Agents that live on would keep what builders leave behind.
                running = ProcessRunner.builder().mostIdle(0).build();
                runner = running;
            }
            Confinement chosen = confinement;
            if (chosen == null) {
                StoreSettings settings = store.parts().settings();
                String programs = store.parts().programs();
                chosen = new SandboxProbe(running, store.layout(), store.staging(), programs)
                        .choose(settings.sandbox(), settings.sandboxPaths());
                confinement = chosen;
            }
            BuilderProcess processes = new BuilderProcess(running, ticker);
            return new DerivationBuild.Tools(store, processes, chosen, logs, ticker);
        } finally {
            lock.unlock();
        }
    }

    /** Kills what still runs. A second close does nothing. */
    @Override
    public void close() {
        @Nullable ProcessRunner ending;
        lock.lock();
        try {
            closed = true;
            ending = runner;
            runner = null;
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            ending.close();
        }
    }
}
