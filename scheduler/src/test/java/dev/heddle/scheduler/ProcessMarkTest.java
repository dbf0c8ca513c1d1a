package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.scheduler.ProcessMark.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is alive and who is not, on a machine made of files. */
final class ProcessMarkTest {

    private static final String OUTERMOST = "pid:[4026531836]";

    @TempDir
    Path root;

    private ProcessMark here = new ProcessMark("", 0, "", "", "", "");

    @BeforeEach
    void machine() throws IOException {
        write("proc/sys/kernel/random/boot_id", "boot-1\n");
        write("proc/sys/kernel/hostname", "alpha\n");
        write("etc/machine-id", "secret\n");
        Files.createDirectories(root.resolve("proc/self/ns"));
        Files.createSymbolicLink(root.resolve("proc/self/ns/pid"), Path.of(OUTERMOST));
        process(1, "init", "S", 1);
        process(77, "a) S (b", "S", 500);
        here = ProcessMark.of(root, 77);
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void process(int pid, String name, String state, long born) throws IOException {
        write(
                "proc/" + pid + "/stat",
                pid + " (" + name + ") " + state + " 1" + " 0".repeat(17) + " " + born + " 0 0\n");
    }

    private Life life(ProcessMark other) {
        return here.lifeOf(root, other);
    }

    private ProcessMark other(long pid, String born) {
        return new ProcessMark("alpha", pid, born, here.boot(), here.space(), here.machine());
    }

    @Test
    void theMarksAreReadAndTheIdOfTheMachineIsNotGivenAway() {
        assertThat(here.host()).isEqualTo("alpha");
        assertThat(here.born()).isEqualTo("500");
        assertThat(here.boot()).isEqualTo("boot-1");
        assertThat(here.space()).isEqualTo(OUTERMOST);
        assertThat(here.machine()).matches("[0-9a-f]{16}").isNotEqualTo("secret");
    }

    @Test
    void aNumberThatWasGivenToAnotherProcessIsNotItself() throws IOException {
        process(80, "sh", "S", 900);
        assertThat(life(other(80, "900"))).isEqualTo(Life.ALIVE);
        assertThat(life(other(80, "899"))).isEqualTo(Life.DEAD);
        process(80, "sh", "Z", 900);
        assertThat(life(other(80, "900"))).as("a zombie does nothing").isEqualTo(Life.DEAD);
        assertThat(life(other(81, "900"))).isEqualTo(Life.DEAD);
    }

    @Test
    void aProcessThatMayBeHiddenIsNotTakenForDead() throws IOException {
        Files.delete(root.resolve("proc/1/stat"));
        assertThat(life(other(81, "900"))).isEqualTo(Life.UNKNOWN);
    }

    @Test
    void aProcessOfAnEarlierRunOfThisMachineIsDead() {
        assertThat(life(new ProcessMark("alpha", 77, "500", "boot-0", OUTERMOST, here.machine())))
                .isEqualTo(Life.DEAD);
    }

    @Test
    void ofOtherMachinesAndContainersNothingIsKnown() {
        assertThat(life(new ProcessMark("beta", 81, "500", "boot-2", OUTERMOST, here.machine())))
                .as("a copy of the machine")
                .isEqualTo(Life.UNKNOWN);
        assertThat(life(new ProcessMark("alpha", 81, "500", "boot-2", OUTERMOST, "other")))
                .isEqualTo(Life.UNKNOWN);
        assertThat(life(new ProcessMark("alpha", 81, "500", "boot-2", "pid:[5]", here.machine())))
                .as("a container of the same image")
                .isEqualTo(Life.UNKNOWN);
        assertThat(life(new ProcessMark("alpha", 81, "500", "boot-1", "pid:[5]", here.machine())))
                .as("a container on this machine")
                .isEqualTo(Life.UNKNOWN);
        assertThat(life(new ProcessMark("alpha", 81, "-", "-", "-", "-")))
                .as("what dpb wrote")
                .isEqualTo(Life.UNKNOWN);
    }

    @Test
    void aSystemWithoutProcTakesNobodyForDead() {
        ProcessMark bare = ProcessMark.of(root.resolve("none"), 5);
        assertThat(bare.boot()).isEqualTo(ProcessMark.UNKNOWN);
        assertThat(bare.host()).isNotEmpty();
        assertThat(bare.lifeOf(root.resolve("none"), bare)).isEqualTo(Life.UNKNOWN);
    }
}
