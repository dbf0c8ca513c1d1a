package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A process that takes locks of paths again and again and looks each time whether it is the only one that has them:
 * {@code PathLockWorker STORE ROUNDS SEED}. Prints a dot for each hold; ends with 1 and the reason if another living process
 * had one of its paths too.
 */
final class PathLockWorker {

    /** What all workers want. */
    static final List<StorePath> PATHS =
            IntStream.range(0, 3).mapToObj(DatabaseContract::path).toList();

    private PathLockWorker() {}

    public static void main(String[] arguments) throws IOException {
        Path store = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Random random = new Random(Long.parseLong(arguments[2]));
        try (PathLocks locks = PathLocks.open(StoreLayout.in(store))) {
            for (int round = 0; round < rounds; round++) {
                List<Integer> mine =
                        random.ints(2, 0, PATHS.size()).boxed().distinct().toList();
                Closeable hold = locks.lock(mine.stream().map(PATHS::get).toList());
                for (int number : mine) {
                    beAlone(store.resolve("witnesses"), "path-" + number);
                }
                hold.close();
                System.out.print('.');
                System.out.flush();
            }
        }
    }

    // Each says first that it is there and looks then: of two at least one sees the other.
    private static void beAlone(Path witnesses, String name) throws IOException {
        Path own = witnesses.resolve(name + "@" + ProcessHandle.current().pid());
        Files.createDirectory(own);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(witnesses, name + "@*")) {
            for (Path witness : all) {
                String text = witness.getFileName().toString();
                long pid = Long.parseLong(text.substring(text.indexOf('@') + 1));
                boolean alive = ProcessHandle.of(pid).isPresent();
                if (!witness.equals(own) && alive && Files.exists(witness)) {
                    System.out.println("two hold " + name + ": " + own + " and " + witness);
                    Runtime.getRuntime().halt(1);
                }
                if (!alive) {
                    Files.deleteIfExists(witness);
                }
            }
        }
        Files.delete(own);
    }
}
