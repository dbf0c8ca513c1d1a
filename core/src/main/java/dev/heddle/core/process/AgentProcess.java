package dev.heddle.core.process;

import java.io.OutputStream;
import java.util.concurrent.TimeUnit;

/** The process of a shell agent, whoever started it. May be used from any thread. */
interface AgentProcess {

    /** Its process id, which is also that of its session and group. */
    long pid();

    boolean isAlive();

    /** How it ended, for messages; only for one that has. */
    String ending();

    /** What it reads its jobs from. */
    OutputStream input();

    /** Waits until it has ended, at most {@code millis}. */
    void await(long millis) throws InterruptedException;

    /** One that this JVM started itself. */
    record Child(Process process) implements AgentProcess {

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public String ending() {
            return "exit status " + process.exitValue();
        }

        @Override
        public OutputStream input() {
            return process.getOutputStream();
        }

        @Override
        public void await(long millis) throws InterruptedException {
            process.waitFor(millis, TimeUnit.MILLISECONDS);
        }
    }
}
