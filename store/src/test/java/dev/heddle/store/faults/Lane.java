package dev.heddle.store.faults;

import dev.heddle.store.local.LocalStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One store that is worked on and killed again and again, and what its diary says.
 *
 * <p>A kill is aimed by what the victim has told, not by the clock, which would mostly hit the start of its virtual machine:
 * after a random number of things done, and then anywhere within the next few milliseconds.
 */
final class Lane {

    /** How much work a victim gets: more than any killer waits for. */
    static final int ENDLESS = 2_000;

    /** The longest time that a kill waits behind the last thing done. */
    private static final int MOST_MICROSECONDS = 20_000;

    private static final int MOST_DONE = 12;

    private final Path directory;
    private final List<String> victim;
    private final Goods goods;
    private final Random random;
    private final Diary diary = new Diary();
    private final Findings findings = new Findings();
    private int kills;

    /**
     * Begins with a store that is not there yet.
     *
     * @param directory where the store is, and nothing else
     * @param victim the command of the process that works on it, to which a seed is added
     */
    Lane(Path directory, List<String> victim, Goods goods, long seed) {
        this.directory = directory;
        this.victim = List.copyOf(victim);
        this.goods = goods;
        this.random = new Random(seed);
    }

    int kills() {
        return kills;
    }

    Findings findings() {
        return findings;
    }

    /** How many things were told as done in all. */
    int done() {
        return diary.done();
    }

    /** Lets a victim work, kills it, opens the store and looks at everything. */
    void kill() throws IOException, InterruptedException {
        letVictimWorkAndKillIt();
        look("after kill " + kills);
    }

    /** Lets a victim work and kills it, and leaves the store as it then is. */
    void letVictimWorkAndKillIt() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(victim);
        command.add(Long.toString(random.nextLong()));
        Path errors = directory.resolveSibling(directory.getFileName() + ".errors");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try (BufferedReader told = process.inputReader()) {
            int until = diary.done() + random.nextInt(MOST_DONE + 1);
            String line = told.readLine();
            while (line != null) {
                diary.note(line);
                if (diary.done() >= until) {
                    break;
                }
                line = told.readLine();
            }
            if (line != null) {
                long moment = System.nanoTime() + 1_000L * random.nextInt(MOST_MICROSECONDS);
                while (System.nanoTime() < moment) {
                    Thread.onSpinWait();
                }
            }
            // Process.destroyForcibly() would close the pipe, and with it lose what was told last.
            process.toHandle().destroyForcibly();
            told.lines().forEach(diary::note);
        }
        int code = process.waitFor();
        kills++;
        if (code != 128 + 9) {
            throw new AssertionError("the victim ended by itself with " + code + ": " + Files.readString(errors));
        }
    }

    /** Collects what is dead and looks whether anything else is in the store directory. */
    void tidy() throws IOException {
        try (LocalStore store = Stores.open(directory, goods)) {
            new Chores(store, goods, diary::note).collect();
            findings.look(store, goods, diary, "after the last collection");
            findings.lookForStrangers(store, "after the last collection");
        }
    }

    /** Opens the store and looks at everything. */
    void look(String when) throws IOException {
        try (LocalStore store = Stores.open(directory, goods)) {
            findings.look(store, goods, diary, when);
            findings.lookAround(store, when);
        }
    }
}
