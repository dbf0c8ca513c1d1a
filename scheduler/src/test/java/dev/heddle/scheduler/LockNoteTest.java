package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.scheduler.LockNote.UnreadableLock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The content and the names of lock files. */
@Timeout(120)
final class LockNoteTest {

    private static final int MUTATIONS = Integer.getInteger("heddle.flips", 2_000) * 10;

    private static final ProcessMark OWNER = new ProcessMark("alpha", 123, "4567", "b-1", "pid:[9]", "f00");
    private static final Instant START = Instant.ofEpochSecond(1_700_000_000);
    private static final LockNote RUNNING = new LockNote("devel/make,no_x11", OWNER, START, "beta", "id-1", null);
    private static final LockNote FAILED = new LockNote(
            "odd\nname\\\u0001=é",
            OWNER,
            START,
            "beta",
            "id-1",
            new LockNote.End(256, "package", START.plusSeconds(100), "build", "exit code 1\r\nbut\tlong"));

    @Test
    void aFileHasTheLinesOfDpbFirst() {
        assertThat(new String(RUNNING.toBytes(), StandardCharsets.UTF_8)).isEqualTo("""
                        fullpkgpath=devel/make,no_x11
                        host=alpha
                        pid=123
                        start=1700000000 (14 Nov 22:13:20)
                        on=beta
                        born=4567
                        boot=b-1
                        space=pid:[9]
                        machine=f00
                        id=id-1
                        """);
        assertThat(new String(FAILED.toBytes(), StandardCharsets.UTF_8))
                .startsWith("fullpkgpath=odd\\nname\\\\\\x01=é\n")
                .contains("\nstatus=256\ntodo=package\nend=1700000100 (14 Nov 22:15:00)\nstep=build\n")
                .endsWith("why=exit code 1\\r\\nbut\\tlong\n");
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        for (LockNote note : List.of(RUNNING, FAILED)) {
            assertThat(LockNote.parse("lock", note.toBytes())).isEqualTo(note);
        }
    }

    @Test
    void aFileThatDpbWroteIsReadAlthoughItHasOtherKeys() throws Exception {
        LockNote note = LockNote.parse(
                "devel.make",
                "locked=devel/make\ndpb=77 on host\nfullpkgpath=devel/make\nhost=h\npid=5\nstart=12 (1 Jan 00:00:12)\nstatus=65280\ntodo=<nothing>\nend=13\n"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(note.task()).isEqualTo("devel/make");
        assertThat(note.owner().boot()).isEqualTo(ProcessMark.UNKNOWN);
        assertThat(note.end()).isEqualTo(new LockNote.End(65_280, "<nothing>", Instant.ofEpochSecond(13), "", ""));
    }

    @Test
    void whatIsNoLockIsToldWithItsPlace() {
        refused("", "lock:1:1: 'fullpkgpath=' is missing");
        refused("fullpkgpath=a\nhost=h\npid=5\n", "lock:4:1: 'start=' is missing");
        refused("fullpkgpath=a\nhost=h\npid=-5\nstart=1\n", "lock:3:5: pid: not a number in its range: '-5'");
        refused("fullpkgpath=a\nhost=h\npid=05\nstart=1\n", "lock:3:5: pid: not a number in its range: '05'");
        refused("fullpkgpath=a\nhost=h\npid=5\nstart=1x\n", "lock:4:7: start: not a number in its range: '1x'");
        refused("fullpkgpath=a\nhost=h\npid=5\nstart=1 x\n", "lock:4:7: start: what stands behind");
        refused("fullpkgpath=a\nhost=h\npid=5\nstart=9223372036854775807\n", "lock:4:7: start: out of range");
        refused("fullpkgpath=\nhost=h\npid=5\nstart=1\n", "lock:1:13: fullpkgpath: names no task");
        refused("fullpkgpath=a\nfullpkgpath=b\n", "lock:2:1: a second 'fullpkgpath'");
        refused("fullpkgpath=a\nhost=h", "lock:2:7: the line does not end");
        refused("full path=a\n", "lock:1:1: not of the form key=value");
        refused("fullpkgpath=a\\q\n", "lock:1:14: a backslash that stands for nothing");
        refused("fullpkgpath=a\\x0\n", "lock:1:14: a backslash that stands for nothing");
        refused("fullpkgpath=a\\x0g\n", "lock:1:14: \\x needs two hexadecimal digits");
        refused("fullpkgpath=a\u0000\n", "lock:1:14: a control character");
        refused("x".repeat(LockNote.MOST_BYTES + 1), "lock:1:1: longer than 65536 bytes");
        assertThatThrownBy(() -> LockNote.parse("lock", new byte[] {'a', (byte) 0xff}))
                .isInstanceOf(UnreadableLock.class)
                .hasMessage("lock:1:1: not UTF-8");
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> LockNote.parse("lock", text.getBytes(StandardCharsets.UTF_8)))
                .as(text)
                .isInstanceOf(UnreadableLock.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void everyTruncationIsReadOrToldWithItsPlace() throws Exception {
        for (LockNote note : List.of(RUNNING, FAILED)) {
            byte[] whole = note.toBytes();
            int readable = 0;
            for (int length = 0; length < whole.length; length++) {
                readable += readsOrTells(Arrays.copyOf(whole, length)) ? 1 : 0;
            }
            assertThat(readable).as("only behind whole lines").isBetween(1, 11);
        }
    }

    @Test
    void mutationsAreReadOrToldWithTheirPlace() throws Exception {
        Random random = new Random(42);
        byte[][] seeds = {RUNNING.toBytes(), FAILED.toBytes()};
        int readable = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = seeds[i % 2].clone();
            int flips = 1 + random.nextInt(4);
            for (int f = 0; f < flips; f++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            readable += readsOrTells(bytes) ? 1 : 0;
        }
        assertThat(readable).isBetween(MUTATIONS / 100, MUTATIONS - MUTATIONS / 100);
    }

    /** What can be read means the same when it is written and read again. */
    private static boolean readsOrTells(byte[] bytes) throws UnreadableLock {
        LockNote note;
        try {
            note = LockNote.parse("lock", bytes);
        } catch (UnreadableLock e) {
            assertThat(e.getMessage()).matches("(?s)lock:\\d+:\\d+: .+");
            return false;
        }
        assertThat(LockNote.parse("again", note.toBytes())).isEqualTo(note);
        return true;
    }

    @Test
    void noTwoTasksShareAFile() {
        assertThat(LockName.ofTask("devel/make")).isEqualTo("devel.make");
        assertThat(LockName.ofTask("devel.make")).isEqualTo("devel%2Emake");
        assertThat(LockName.ofTask("/usr/bin")).isEqualTo("%2Fusr.bin");
        assertThat(LockName.ofTask("+x")).isEqualTo("%2Bx");
        assertThat(LockName.ofExclusive("x")).isEqualTo("+x");
        assertThat(LockName.ofTask("é%")).isEqualTo("%C3%A9%25");
        Random random = new Random(7);
        Map<String, String> files = new HashMap<>();
        String alphabet = "ab/.%+~,é\ud800?2E";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder name = new StringBuilder();
            int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 300 : 5);
            for (int c = 0; c < length; c++) {
                name.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (String kind : List.of("task ", "lock ")) {
                String file =
                        kind.equals("task ") ? LockName.ofTask(name.toString()) : LockName.ofExclusive(name.toString());
                String other = files.put(file, kind + name);
                assertThat(other).isIn(null, kind + name);
                assertThat(file.length()).isBetween(1, LockName.LONGEST);
                assertThat(file).matches("[A-Za-z0-9_,+=@%.-]+").doesNotStartWith(".");
            }
        }
        Set<String> distinct = new HashSet<>(files.values());
        assertThat(distinct).hasSameSizeAs(files.keySet());
    }
}
