package dev.heddle.store.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another process, which collects a store again and again until it is told to end, and prints how many paths that were. */
final class CollectorProcess implements AutoCloseable {

    private final Process process;

    private CollectorProcess(Process process) {
        this.process = process;
    }

    static CollectorProcess start(Path store) throws IOException {
        return new CollectorProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CollectorProcess.class.getName(),
                        store.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until it has collected once more, beginning after this was called. */
    void awaitCollection() throws IOException {
        process.getInputStream().readNBytes(process.getInputStream().available());
        // The dot of a collection that had begun before may come first.
        if (process.getInputStream().readNBytes(2).length < 2) {
            throw new IOException("the collector has ended");
        }
    }

    /** Ends it, and tells how many paths it has collected. */
    long end() throws IOException, InterruptedException {
        process.getOutputStream().write('.');
        process.getOutputStream().flush();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the collector failed");
        }
        return Long.parseLong(told.replace(".", "").strip());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public static void main(String[] arguments) throws IOException {
        long paths = 0;
        try (LocalStore store = LocalStore.open(Path.of(arguments[0]))) {
            boolean going = true;
            while (going) {
                // Once more after it was told to end. Whoever cannot be told any more has ended itself.
                going = System.in.available() == 0 && !System.out.checkError();
                paths += store.collect(CollectOptions.ALL).paths();
                System.out.print('.');
            }
        }
        System.out.println(paths);
    }
}
