package dev.heddle.core;

/** Takes bytes and forgets them. */
final class DiscardedOutput implements JobOutput {

    static final OutputPort PORT = new OutputPort() {
        @Override
        public JobOutput open(JobInfo job) {
            return new DiscardedOutput();
        }

        @Override
        public void message(Channel channel, String text) {}
    };

    private DiscardedOutput() {}

    @Override
    public void write(Channel channel, byte[] bytes, int offset, int length) {}

    @Override
    public void finish(Outcome outcome) {}

    @Override
    public void close() {}
}
