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
 * A process that opens a store, does one chore or many, and closes it; prints the lines of a {@link Diary}, each by one call of
 * the system at the moment when it is true.
 *
 * <p>Arguments: the store's directory, the directory of the sources, how many goods there are, then either a seed, for a victim
 * that works until it is killed, or the name of a {@link Chore} and the number of a good.
 */
final class Worker {

    /** Longer than any killer waits; a victim that nobody kills must end too. */
    private static final int MOST_CHORES = 2_000;

    private Worker() {}

    /** Works on the store. */
    public static void main(String[] args) throws Exception {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        try (LocalStore store = LocalStore.open(Path.of(args[0]))) {
            Goods goods = new Goods(Path.of(args[1]), store.storeDirectory(), Integer.parseInt(args[2]));
            Chores chores = new Chores(store, goods, line -> tell(out, line));
            if (args.length > 4) {
                Chore.valueOf(args[3]).with(chores, Integer.parseInt(args[4]));
                return;
            }
            Random random = new Random(Long.parseLong(args[3]));
            for (int i = 0; i < MOST_CHORES; i++) {
                chores.any(random);
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
