package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What make leaves in its variable. */
final class MakeFlagsTest {

    private static final String FULL =
            "ks -j8 --jobserver-auth=fifo:/tmp/GMfifo12 --no-print-directory -- CFLAGS=-O2\\ -g V=1";

    @Test
    void aFifoAndTheNumberOfJobsAreRead() {
        MakeFlags flags = MakeFlags.read(FULL);
        assertThat(flags.server()).isEqualTo(new MakeFlags.Server.Fifo("/tmp/GMfifo12"));
        assertThat(flags.limit()).hasValue(8);
        assertThat(flags.words()).hasSize(7).contains("CFLAGS=-O2\\ -g");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " -j3 --jobserver-auth=3,4",
                "--jobserver-fds=3,4 -j3",
                "-j3 --jobserver-auth=9,9 --jobserver-auth=3,4"
            })
    void descriptorsAreReadAndTheLastOnesCount(String text) {
        assertThat(MakeFlags.read(text).server()).isEqualTo(new MakeFlags.Server.Pipe(3, 4));
        assertThat(MakeFlags.read(text).limit()).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", " -j", "-- --jobserver-auth=3,4", "V=--jobserver-auth=x"})
    void whereNoJobserverIsToldThereIsNone(String text) {
        assertThat(MakeFlags.read(text).server()).isNull();
        assertThat(MakeFlags.read(text).limit()).isEmpty();
        assertThat(Jobserver.of(Map.of("MAKEFLAGS", text))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-j2 --jobserver-auth=3 | MAKEFLAGS:1:22: a jobserver is 'fifo:PATH' or two descriptors 'R,W', not '3'",
                "--jobserver-auth=fifo: | MAKEFLAGS:1:18: a jobserver is",
                "--jobserver-auth= | MAKEFLAGS:1:18: a jobserver is",
                "--jobserver-fds=3,4,5 | MAKEFLAGS:1:17: a jobserver is",
                "--jobserver-auth=99999999999,4 | MAKEFLAGS:1:18: a jobserver is",
                "--jobserver-auth=-2,-2 | MAKEFLAGS:1:18: make lends no slots to this recipe ('-2,-2'); put + before its command",
            })
    void aJobserverThatIsNotUnderstoodIsToldWithItsColumn(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MakeFlags.read(text))
                .withMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--jobserver-auth=8000,8001 | MAKEFLAGS:1:1: descriptors 8000 and 8001 are no pipe of make here; put + before",
                "--jobserver-auth=fifo:/nonexistent/fifo | MAKEFLAGS:1:1: there is no FIFO '/nonexistent/fifo'; the make that",
                "--jobserver-auth=fifo:/etc/passwd | MAKEFLAGS:1:1: there is no FIFO '/etc/passwd'",
            })
    void aJobserverThatIsNotThereIsTold(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jobserver.of(Map.of("MAKEFLAGS", text)))
                .withMessageStartingWith(message);
    }

    @Test
    void otherFlagsAndVariablesArePassedOnWithAnotherJobserver() {
        assertThat(MakeFlags.read(FULL).serving("7,8", 4))
                .isEqualTo("ks --no-print-directory -j4 --jobserver-auth=7,8 -- CFLAGS=-O2\\ -g V=1");
        assertThat(MakeFlags.read("").serving("fifo:/f", 2)).isEqualTo(" -j2 --jobserver-auth=fifo:/f");
    }

    @Test
    void aVariableThatIsTooLongIsRefused() {
        assertThat(MakeFlags.read("x".repeat(MakeFlags.LONGEST)).words()).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> MakeFlags.read("x".repeat(MakeFlags.LONGEST + 1)));
    }

    @Test
    void truncationsAndMutationsAreReadOrToldWithTheirPlace() {
        for (int length = 0; length <= FULL.length(); length++) {
            isReadOrTold(FULL.substring(0, length));
        }
        Random random = new Random(20);
        String alphabet = "-j,:=\\ fifo0193\t\n\0\u00e9";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? FULL : "-j3 --jobserver-auth=3,4 -- A=b");
            for (int change = random.nextInt(6); change >= 0; change--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                if (random.nextBoolean()) {
                    text.setCharAt(at, c);
                } else if (random.nextBoolean()) {
                    text.insert(at, c);
                } else if (text.length() > 1) {
                    text.deleteCharAt(at);
                }
            }
            isReadOrTold(text.toString());
        }
    }

    private static void isReadOrTold(String text) {
        MakeFlags flags;
        try {
            flags = MakeFlags.read(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s)MAKEFLAGS:1:[0-9]+: .+");
            return;
        }
        MakeFlags again = MakeFlags.read(flags.serving("7,8", 5));
        assertThat(again.server()).as(text).isEqualTo(new MakeFlags.Server.Pipe(7, 8));
        assertThat(again.limit()).hasValue(5);
    }
}
