package dev.heddle.core.process;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A shell on another machine that runs one job after the other, as this side sees it.
 *
 * <p>State belongs to the runner's own thread; {@code current} is read by the reader threads.
 */
final class FarAgent implements FarShell.Listener {

    final FarConnection connection;
    private final FarRunner runner;
    private final String mark;
    private final FarShell shell;
    private volatile @Nullable FarJob current;

    // Of the runner's thread.
    long pid;
    boolean born;
    /** Whether it gets no further job. */
    boolean doomed;

    private int streams = 2;
    private boolean slain;

    FarAgent(FarRunner runner, FarConnection connection, FarShellMaker maker, String directory) throws IOException {
        this.runner = runner;
        this.connection = connection;
        this.mark = FarScript.mark(directory);
        this.shell = maker.make(this);
        shell.listen();
    }

    /** Starts the shell of an agent. */
    interface FarShellMaker {
        FarShell make(FarShell.Listener listener) throws IOException;
    }

    @Nullable
    FarJob job() {
        return current;
    }

    void run(FarJob job, FarScript script, String directory) {
        job.begin(pid, mark);
        current = job;
        shell.send(script.job(job.command(), job.number, directory));
    }

    void send(String text) {
        shell.send(text);
    }

    long heardAt() {
        return shell.heardAt();
    }

    String complaint() {
        return runner.explain(shell.complaint());
    }

    /** Its job has ended and is told so. */
    void forget() {
        current = null;
    }

    /** Ends the way to it. */
    void destroy() {
        shell.destroy();
    }

    void endInput() {
        shell.endInput();
    }

    void await(long millis) throws InterruptedException {
        shell.await(millis);
    }

    /** Nothing runs in its session any more. */
    void slain() {
        slain = true;
        settle();
    }

    boolean isSlain() {
        return slain;
    }

    boolean hasEnded() {
        return streams == 0;
    }

    /** Tells the end of a job whose agent has ended: not before nothing of it runs and all its output is delivered. */
    void settle() {
        FarJob job = current;
        if (job == null || streams > 0 || !(slain || connection.isFenced())) {
            return;
        }
        current = null;
        connection.agents.remove(this);
        if (job.terminating && slain) {
            job.killed();
        } else {
            String said = complaint();
            String why = connection.isOpen()
                    ? "the shell that ran it on " + runner.name() + " ended" + (said.isEmpty() ? "" : ": " + said)
                    : connection.reason();
            job.lose(why);
        }
        runner.pool().serve();
    }

    // On the reader threads.

    @Override
    public FarStream.Handler handler(boolean error) {
        return new FarStream.Handler() {
            @Override
            public void bytes(byte[] bytes, int offset, int length) {
                FarJob job = current;
                if ((job == null || !job.take(error, bytes, offset, length)) && error) {
                    shell.complain(bytes, offset, length);
                }
            }

            @Override
            public void frame(char kind, String[] words) {
                FarAgent.this.frame(kind, words);
            }
        };
    }

    private void frame(char kind, String[] words) {
        long number = FarStream.number(words, 0);
        if (kind == 'b') {
            runner.post(() -> runner.pool().born(this, number));
            return;
        }
        FarJob job = current;
        if (job == null || job.number != number) {
            return;
        }
        switch (kind) {
            case 'x' -> {
                job.exited((int) (FarStream.number(words, 1) & 0xff), FarStream.number(words, 2) == 1);
                runner.post(() -> runner.exited(this, job));
            }
            case 'w' -> {
                if (words.length > 1) {
                    job.lacksInterpreter(words[1]);
                }
            }
            case 'm' -> {
                if (job.marked()) {
                    runner.post(() -> runner.held(this, job));
                }
            }
            case 'e' -> {
                if (job.streamEnded()) {
                    runner.post(() -> runner.drained(this, job));
                }
            }
            default -> {}
        }
    }

    @Override
    public void ended(boolean error) {
        runner.post(() -> {
            if (--streams == 0) {
                runner.pool().gone(this);
            }
        });
    }
}
