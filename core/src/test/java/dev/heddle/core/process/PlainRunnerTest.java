package dev.heddle.core.process;

class PlainRunnerTest extends ProcessRunnerContract {

    @Override
    ProcessRunner open(ProcessRunnerBuilder builder) {
        return builder.buildPlain();
    }

    @Override
    boolean knowsSignals() {
        return false;
    }

    @Override
    boolean killsOrphans() {
        return false;
    }
}
