package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.store.Counters;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that works on a store is killed at its n-th call of the system that changes a disk, for every n: each state of the
 * disk that a kill can leave is met once. Which share of the calls is taken is the system property {@code heddle.store.calls}:
 * 1 for all of them, 10 for every tenth.
 */
@Tag("peer")
@Timeout(36_000)
final class KilledAtCallTest {

    private static final int EVERY = Integer.getInteger("heddle.store.calls", 80);
    private static final int GOODS = 8;

    /** What changes a disk; a file that was only created is met by the call that comes next. */
    private static final String CHANGES = "?rename,?renameat,?renameat2,?unlink,?unlinkat,?rmdir,?mkdir,?mkdirat,?link,"
            + "?linkat,?symlink,?symlinkat,write,pwrite64,ftruncate,fsync,fdatasync,syncfs,?chmod,fchmod,fchmodat,utimensat";

    @TempDir
    Path scratch;

    private Path store = Path.of("");
    private Goods goods;
    private final Findings findings = new Findings();

    @Test
    @Tag("T14")
    void everyStateOfTheDiskThatAKillCanLeaveIsSound() throws Exception {
        assumeTrue(Programs.isThere("strace"), "strace is not installed");
        store = scratch.resolve("s");
        goods = new Goods(scratch.resolve("sources"), store.resolve("store").toString(), GOODS);
        int kills = 0;
        int calls = 0;
        StringBuilder counted = new StringBuilder();
        for (Chore chore : Chore.values()) {
            if (chore == Chore.READ) {
                continue; // It changes nothing.
            }
            int most = calls(chore);
            calls += most;
            counted.append(", ").append(most).append(' ').append(chore.words());
            // Another remainder for each chore, so that together they meet many kinds of calls.
            for (int n = 1 + chore.ordinal() % EVERY; n <= most; n += EVERY) {
                kill(chore, n);
                kills++;
            }
        }
        Counters.tell("G2", getClass(), kills + " kills at " + calls + " calls" + counted + ", " + findings.counts());
        assertThat(findings.all()).isEmpty();
    }

    /** The longest row of such calls in one thread, since strace counts them in each thread apart. */
    private int calls(Chore chore) throws IOException, InterruptedException {
        Path log = scratch.resolve("calls");
        prepare(chore, new Diary());
        List<String> told = new ArrayList<>();
        int code = run(chore, told, "-o", log.toString());
        assertThat(code)
                .as("%s: %s%n%s", chore, told, Files.readString(scratch.resolve("errors")))
                .isZero();
        assertThat(told.get(told.size() - 1)).startsWith("did ");
        Map<String, Integer> threads = new HashMap<>();
        try (var lines = Files.lines(log)) {
            lines.filter(line -> !line.contains("resumed>") && line.contains("("))
                    .forEach(line -> threads.merge(line.split(" ", 2)[0], 1, Integer::sum));
        }
        return threads.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    private void kill(Chore chore, int n) throws IOException, InterruptedException {
        Diary diary = new Diary();
        prepare(chore, diary);
        List<String> told = new ArrayList<>();
        run(chore, told, "-o", "/dev/null", "-e", "inject=" + CHANGES + ":signal=KILL:when=" + n);
        told.forEach(diary::note);
        String when = chore + " killed at call " + n;
        try (LocalStore opened = Stores.open(store, goods)) {
            findings.look(opened, goods, diary, when);
            findings.lookAround(opened, when);
            if (chore.isRepeatable()) {
                chore.with(new Chores(opened, goods, diary::note), chore.number);
            }
        }
        try (LocalStore opened = Stores.open(store, goods)) {
            findings.look(opened, goods, diary, when + " and done again");
        }
    }

    private int run(Chore chore, List<String> told, String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=" + CHANGES));
        command.addAll(List.of(options));
        command.addAll(
                Java.command(Worker.class, store, scratch.resolve("sources"), GOODS, "chore", chore, chore.number));
        Path errors = scratch.resolve("errors");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.inputReader().lines().forEach(told::add);
        return process.waitFor();
    }

    /** A store with what the chore needs; the first chore has none, and makes it. */
    private void prepare(Chore chore, Diary diary) throws IOException, InterruptedException {
        Programs.call("rm", "-rf", store);
        if (chore.ordinal() > 0) {
            try (LocalStore made = Stores.open(store, goods)) {
                chore.before(new Chores(made, goods, diary::note), chore.number);
            }
        }
    }
}
