package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.store.Counters;
import dev.heddle.store.local.LocalStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that several processes work on, or one with hardly any descriptors. */
@Timeout(600)
final class CrowdedStoreTest {

    private static final int PROCESSES = 3;
    private static final int CHORES = Integer.getInteger("heddle.store.chores", 60);
    private static final int GOODS = 16;

    @TempDir
    Path directory;

    private Path store = Path.of("");
    private Goods goods;

    @BeforeEach
    void sources() throws IOException {
        store = directory.resolve("s");
        goods = new Goods(directory.resolve("sources"), store.resolve("store").toString(), GOODS);
    }

    private List<String> worker(String kind, int seed) {
        return Java.command(Worker.class, store, directory.resolve("sources"), GOODS, kind, CHORES, seed);
    }

    private Path errors(int number) {
        return directory.resolve("errors-" + number);
    }

    @Test
    void processesThatAddAtOnceLoseNothing() throws Exception {
        Diary diary = new Diary();
        work("add").forEach(diary::note);
        tell("crowd-adding", look(diary));
    }

    /** What one process collects may be what another has added and let go of, so only what is valid can be judged. */
    @Test
    @Tag("T19")
    @Tag("T21")
    void processesThatAddCollectAndRepairAtOnceLeaveNothingBad() throws Exception {
        Diary diary = new Diary();
        diary.noteUncertain(work("random"));
        tell("crowd-changing", look(diary));
    }

    private void tell(String what, Findings findings) throws IOException {
        Counters.tell(
                what, getClass(), PROCESSES + " processes, " + PROCESSES * CHORES + " chores, " + findings.counts());
        assertThat(findings.all()).isEmpty();
    }

    private List<String> work(String kind) throws IOException, InterruptedException {
        // Made before: two processes that make the same source would read what the other has half written.
        goods.all();
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new ProcessBuilder(worker(kind, i))
                    .redirectOutput(directory.resolve("told-" + i).toFile())
                    .redirectError(errors(i).toFile())
                    .start());
        }
        List<String> told = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            int code = processes.get(i).waitFor();
            assertThat(code).as(Files.readString(errors(i))).isZero();
            told.addAll(Files.readAllLines(directory.resolve("told-" + i)));
        }
        return told;
    }

    private Findings look(Diary diary) throws IOException {
        Findings findings = new Findings();
        try (LocalStore opened = Stores.open(store, goods)) {
            findings.look(opened, goods, diary, "after " + PROCESSES + " processes");
            findings.lookAround(opened, "after " + PROCESSES + " processes");
        }
        return findings;
    }

    @Test
    @Tag("peer")
    void lackOfDescriptorsEndsTheWorkWithItsNameAndLosesNothing() throws Exception {
        Findings findings = new Findings();
        int refused = 0;
        for (int limit = 20; limit <= 60; limit += 5) {
            Programs.call("rm", "-rf", store);
            List<String> command =
                    new ArrayList<>(List.of("sh", "-c", "ulimit -n $0 && exec \"$@\"", Integer.toString(limit)));
            command.addAll(worker("add", limit));
            Diary diary = new Diary();
            Process process = new ProcessBuilder(command)
                    .redirectError(errors(limit).toFile())
                    .start();
            process.inputReader().lines().forEach(diary::note);
            if (process.waitFor() != 0) {
                // Below some limit the virtual machine cannot even load the classes that would say it.
                String said = Files.readString(errors(limit));
                assertThat(said).as("limit %d", limit).containsAnyOf("oo many open files", "NoClassDefFoundError");
                refused += said.contains("oo many open files") ? 1 : 0;
            }
            try (LocalStore opened = Stores.open(store, goods)) {
                findings.look(opened, goods, diary, "with " + limit + " descriptors");
                findings.lookAround(opened, "with " + limit + " descriptors");
            }
        }
        Counters.tell("descriptors", getClass(), refused + " limits met, " + findings.counts());
        assertThat(findings.all()).isEmpty();
        assertThat(refused).isPositive();
    }

    @Test
    @Tag("peer")
    @Tag("D04")
    void databaseThatAnotherProcessHoldsIsWaitedFor() throws Exception {
        assumeTrue(Programs.isThere("sqlite3"), "sqlite3 is not installed");
        try (LocalStore opened = Stores.open(store, goods)) {
            Chores chores = new Chores(opened, goods, line -> {});
            chores.add(0);
            Process holder = new ProcessBuilder(
                            "sqlite3", store.resolve("var/nix/db/db.sqlite").toString())
                    .redirectErrorStream(true)
                    .start();
            try (Writer ask = holder.outputWriter();
                    BufferedReader answers = holder.inputReader()) {
                ask.write("begin immediate;\nselect 'held';\n");
                ask.flush();
                assertThat(answers.readLine()).isEqualTo("held");
                CompletableFuture<Void> added = CompletableFuture.runAsync(() -> addQuietly(chores, 2));
                Pause.milliseconds(1_500);
                assertThat(added).isNotDone();
                assertThat(opened.isValid(goods.get(0).path())).isTrue();
                ask.write("rollback;\n");
                ask.flush();
                added.get(1, TimeUnit.MINUTES);
            }
            assertThat(holder.waitFor()).isZero();
            assertThat(opened.isValid(goods.get(2).path())).isTrue();
        }
    }

    private static void addQuietly(Chores chores, int number) {
        try {
            chores.add(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
