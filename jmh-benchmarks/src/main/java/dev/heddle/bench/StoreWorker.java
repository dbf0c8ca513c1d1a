package dev.heddle.bench;

import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import dev.heddle.store.local.StoreSettings;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Does what {@code compare durable} asks for, in one virtual machine that is warm after the first round.
 *
 * <p>A request is a line and so is its answer: {@code open synced DIR} or {@code open unsynced DIR} makes a store in an empty
 * directory; {@code batch SOURCES} adds every file of a directory in one batch; {@code threads SOURCES} adds each by itself, from
 * {@value #THREADS} threads; {@code close} closes the store. Ends with its standard input.
 */
final class StoreWorker {

    private static final int THREADS = 16;

    private @Nullable LocalStore store;

    private StoreWorker() {}

    /** Answers requests. */
    public static void main(String[] args) throws Exception {
        StoreWorker worker = new StoreWorker();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        OutputStream answers = new FileOutputStream(FileDescriptor.out);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.write((worker.answer(line.split(" ", 3)) + "\n").getBytes(StandardCharsets.UTF_8));
            answers.flush();
        }
    }

    private String answer(String[] request) throws IOException, InterruptedException, ExecutionException {
        if (request[0].equals("open")) {
            StoreSettings settings = StoreSettings.DEFAULT.withSync(request[1].equals("synced"));
            store = LocalStore.builder(StoreLayout.in(Path.of(request[2])))
                    .settings(settings)
                    .open();
            return "open";
        }
        LocalStore opened = store;
        if (opened == null) {
            throw new IllegalStateException("no store is open");
        }
        switch (request[0]) {
            case "batch":
                return "added " + batch(opened, sources(Path.of(request[1])));
            case "threads":
                return "added " + threads(opened, sources(Path.of(request[1])));
            case "close":
                opened.close();
                return "closed";
            default:
                throw new IllegalArgumentException("unknown request " + request[0]);
        }
    }

    private static List<Path> sources(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static int batch(LocalStore store, List<Path> sources) throws IOException {
        try (AddBatch batch = store.batch()) {
            for (Path source : sources) {
                batch.addTree(source.getFileName().toString(), source);
            }
            batch.commit();
        }
        return sources.size();
    }

    private static int threads(LocalStore store, List<Path> sources)
            throws IOException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> added = new ArrayList<>();
            for (Path source : sources) {
                added.add(
                        threads.submit(() -> store.addTree(source.getFileName().toString(), source)));
            }
            for (Future<?> one : added) {
                one.get();
            }
        } finally {
            threads.shutdown();
        }
        return sources.size();
    }
}
