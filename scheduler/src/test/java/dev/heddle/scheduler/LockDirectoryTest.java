package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.scheduler.LockDirectory.Busy;
import dev.heddle.scheduler.LockDirectory.Held;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What stands in the directory of the locks that is no lock, is half done or has changed hands; and directories that cannot be
 * used.
 */
@Timeout(60)
final class LockDirectoryTest extends OnLockFiles {

    @Test
    void aLockThatCannotBeReadIsAnErrorAndIsNeverRemoved() throws Exception {
        write("a", "nonsense\n");
        write("b", "");
        Files.createDirectory(locks.resolve("c"));
        Files.createSymbolicLink(locks.resolve("d"), directory.resolve("nowhere"));
        BuildResult result = run(
                1,
                graphOf(task("a"), task("b"), task("c"), task("d"), task("e")),
                OnLockFiles::succeed,
                Scheduler.Builder::clearStaleLocks);
        assertThat(started).containsExactly("e");
        assertThat(result.counters().failed()).isEqualTo(4);
        assertThat(messages())
                .anySatisfy(text -> assertThat(text).contains(locks + "/a:1:1: not of the form key=value"))
                .anySatisfy(text -> assertThat(text).contains(locks + "/b:1:1: 'fullpkgpath=' is missing"))
                .anySatisfy(text -> assertThat(text).contains(locks + "/c:1:1: not a file but a directory"))
                .anySatisfy(text -> assertThat(text).contains(locks + "/d:1:1: not a file but a symbolic link"));
        assertThat(files()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aDirectoryThatCannotBeUsedFailsTheTaskWithTheReason() throws Exception {
        Files.writeString(locks, "a file");
        BuildResult result = run(1, graphOf(task("a")), OnLockFiles::succeed);
        assertThat(result.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.toString())
                        .contains("its lock cannot be taken: " + locks + ": ")
                        .doesNotContain("Exception"));
    }

    @Test
    void aFullDiskIsToldWithThePlaceOfTheLockAndNothingIsToldTwice() {
        assertThat(BuildLocks.text(locks, new IOException("No space left on device")))
                .isEqualTo(locks + ": No space left on device");
        assertThat(BuildLocks.text(locks, new FileSystemException(locks + "/a", null, "Read-only file system")))
                .isEqualTo(locks + "/a: Read-only file system");
        assertThat(BuildLocks.text(locks, new IOException(locks + ": has no hard links")))
                .isEqualTo(locks + ": has no hard links");
    }

    @Test
    void aLockThatAPersonRemovedAndAnotherTookIsLeftAlone() throws Exception {
        LockDirectory mine = new LockDirectory(locks, ProcessMark.own(), ticker, false);
        LockDirectory theirs = new LockDirectory(locks, ProcessMark.own(), ticker, false);
        Held held = (Held) mine.take("a", List.of(), "x");
        assertThat(theirs.take("a", List.of(), "x")).isInstanceOf(Busy.class);
        remove("a");
        assertThat(theirs.take("a", List.of(), "x")).isInstanceOf(Held.class);
        String before = read("a");
        mine.release(held);
        assertThat(mine.fail(held, new LockNote.End(0, "", ticker.instant(), "", "")))
                .isNull();
        assertThat(read("a")).isEqualTo(before);
        assertThat(files()).containsExactly("a");
    }

    @Test
    void whatTheDeadLeftHalfDoneIsSweptAndWhatTheLivingDoIsNot() throws Exception {
        lockOfTheDead("x");
        ProcessMark own = ProcessMark.own();
        String start = ".new-" + own.boot() + "-";
        write(start + "4194399-5-id-1", "half");
        write(start + own.pid() + "-" + own.born() + "-id-1", "half");
        write(".new-elsewhere-5-5-id-1", "half");
        write(".new-old-5-5-id-1", "half");
        Files.setLastModifiedTime(locks.resolve(".new-old-5-5-id-1"), FileTime.fromMillis(0));
        new LockDirectory(locks, own, InstantSource.system(), false).open();
        assertThat(files())
                .containsExactlyInAnyOrder(
                        ".new-elsewhere-5-5-id-1", start + own.pid() + "-" + own.born() + "-id-1", "x");
    }
}
