package dev.heddle.store.faults;

import dev.heddle.store.local.LocalStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * A process that opens a store, works on it, and closes it; prints the lines of a {@link Diary}, each by one call of the system
 * at the moment when it is true.
 *
 * <p>Arguments: the store's directory, the directory of the sources, how many goods there are, and then what to do:
 * {@code add COUNT SEED} or {@code random COUNT SEED}, for so many chores, or {@code chore NAME NUMBER}, for a {@link Chore} on a good.
 */
final class Worker {

    private Worker() {}

    /** Works on the store. */
    public static void main(String[] args) throws Exception {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        Path directory = Path.of(args[0]);
        Goods goods = new Goods(Path.of(args[1]), directory.resolve("store").toString(), Integer.parseInt(args[2]));
        try (LocalStore store = Stores.open(directory, goods)) {
            Chores chores = new Chores(store, goods, line -> tell(out, line));
            if (args[3].equals("chore")) {
                Chore.valueOf(args[4]).with(chores, Integer.parseInt(args[5]));
                return;
            }
            Random random = new Random(Long.parseLong(args[5]));
            for (int left = Integer.parseInt(args[4]); left > 0; left--) {
                if (args[3].equals("add")) {
                    chores.anyAddition(random);
                } else {
                    chores.any(random);
                }
            }
        }
    }

    private static void tell(OutputStream out, String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
