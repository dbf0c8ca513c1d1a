package dev.heddle.logmux.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GuixReaderTest {

    private static final int FLIPS = 10_000;

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> notes(String stream) {
        return GuixTranscript.of(latin1(stream)).notes();
    }

    @Test
    void theKeptSessionIsReadAsItIsWrittenDown() throws IOException {
        assertThat(GuixTranscript.of(GuixStreams.own()).notes()).isEqualTo(GuixStreams.ownTranscript());
    }

    @Test
    void theWorkerProtocolAroundItIsDetectedAndChangesNothing() throws IOException {
        List<String> framed =
                GuixTranscript.of(GuixStreams.framed(GuixStreams.own())).notes();
        List<String> bare = GuixStreams.ownTranscript();
        assertThat(framed.get(0))
                .isEqualTo("daemon: a word of the daemon's as it starts|"
                        + bare.get(0).substring(8));
        assertThat(framed.subList(1, framed.size() - 1)).isEqualTo(bare.subList(1, bare.size()));
        assertThat(framed.get(framed.size() - 1)).isEqualTo("error 100: build of `/gnu/store/b.drv' failed");
    }

    @Test
    void cutsAnywhereChangeNothing() throws IOException {
        for (byte[] stream : List.of(GuixStreams.own(), GuixStreams.framed(GuixStreams.own()))) {
            List<String> whole = GuixTranscript.of(stream).notes();
            for (int cut = 0; cut <= stream.length; cut++) {
                GuixTranscript transcript = new GuixTranscript();
                GuixReader reader = new GuixReader(transcript);
                reader.read(stream, 0, cut);
                reader.read(stream, cut, stream.length - cut);
                reader.finish();
                assertThat(transcript.notes()).as("cut at %s", cut).isEqualTo(whole);
            }
            GuixTranscript transcript = new GuixTranscript();
            GuixReader reader = new GuixReader(transcript);
            for (int i = 0; i < stream.length; i++) {
                reader.read(stream, i, 1);
            }
            reader.finish();
            assertThat(transcript.notes()).isEqualTo(whole);
        }
    }

    @Test
    void streamsAndChannelsAreReadToTheirEnd() throws IOException {
        GuixTranscript fromStream = new GuixTranscript();
        new GuixReader(fromStream).readAll(new ByteArrayInputStream(GuixStreams.own()));
        assertThat(fromStream.notes()).isEqualTo(GuixStreams.ownTranscript());
        GuixTranscript fromChannel = new GuixTranscript();
        new GuixReader(fromChannel).readAll(Channels.newChannel(new ByteArrayInputStream(GuixStreams.own())));
        assertThat(fromChannel.notes()).isEqualTo(GuixStreams.ownTranscript());
    }

    @Test
    void everyTruncationGivesABeginningOfWhatTheWholeGives() throws IOException {
        for (byte[] stream : List.of(GuixStreams.own(), GuixStreams.framed(GuixStreams.own()))) {
            GuixTranscript whole = GuixTranscript.of(stream);
            List<String> wholeTraces = whole.traces();
            for (int length = 0; length < stream.length; length++) {
                GuixTranscript cut = GuixTranscript.of(Arrays.copyOf(stream, length));
                cut.printed()
                        .forEach((pid, bytes) -> assertThat(Arrays.copyOf(whole.printed(pid), bytes.length))
                                .isEqualTo(bytes));
                List<String> traces = cut.traces();
                assertThat(wholeTraces.subList(0, traces.size())).isEqualTo(traces);
                assertThat(cut.damages.size()).isLessThanOrEqualTo(2);
                for (long offset : cut.damages) {
                    assertThat(offset).isBetween(0L, (long) length);
                }
            }
        }
    }

    @Test
    void theEndOfAStreamInsideAFragmentIsTold() {
        assertThat(notes("@ build-log 5 10\nabc"))
                .containsExactly("5: abc", "damaged at 20: a fragment of process 5 is cut off, 7 bytes are missing");
    }

    // With a flipped bit a length or a head is another one; what follows may then be taken for another source's, as the
    // form has no checksum. But nothing is lost without a word or told twice, nothing is thrown, and nothing grows.
    @Test
    void flippedBitsAreTextOrAnErrorWithAnOffsetAndNeverMoreThanThereIs() throws IOException {
        Random random = new Random(17);
        for (byte[] stream : List.of(GuixStreams.own(), GuixStreams.framed(GuixStreams.own()))) {
            for (int i = 0; i < FLIPS; i++) {
                byte[] damaged = stream.clone();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    int bit = random.nextInt(stream.length * 8);
                    damaged[bit / 8] ^= (byte) (1 << bit % 8);
                }
                GuixTranscript transcript = GuixTranscript.of(damaged);
                assertThat(transcript.bytes).isLessThanOrEqualTo(stream.length);
                assertThat(transcript.lastOffset).isLessThanOrEqualTo(stream.length);
                for (long offset : transcript.damages) {
                    assertThat(offset).isBetween(0L, (long) stream.length);
                }
            }
        }
    }

    @Test
    void afterDamageTheNextFrameIsFoundAlsoWhenBytesAreMissing() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuixStreams.next(out, latin1("first\n"));
        int damage = out.size();
        out.writeBytes(latin1("rubbish of 21 bytes.."));
        GuixStreams.next(out, latin1("@ build-log 1 4\nabc\n"));
        assertThat(GuixTranscript.of(out.toByteArray()).notes())
                .containsExactly(
                        "daemon: first|",
                        "damaged at " + damage + ": no frame begins with the word 2068736962627572",
                        "1: abc|");
    }

    @Test
    void aLengthThatIsTooLongIsDamageBeforeMemoryIsTaken() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuixStreams.word(out, GuixTraces.NEXT);
        GuixStreams.word(out, 1L << 40);
        GuixStreams.next(out, latin1("later\n"));
        assertThat(GuixTranscript.of(out.toByteArray()).notes())
                .containsExactly(
                        "damaged at 8: a string of 1099511627776 bytes is longer than 1048576", "daemon: later|");
    }

    @Test
    void paddingThatIsNotZeroIsTold() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuixStreams.next(out, latin1("five\n"));
        byte[] bytes = out.toByteArray();
        bytes[bytes.length - 1] = 1;
        GuixStreams.next(out, latin1("later\n"));
        byte[] all = Arrays.copyOf(bytes, out.size());
        System.arraycopy(out.toByteArray(), bytes.length, all, bytes.length, out.size() - bytes.length);
        assertThat(GuixTranscript.of(all).notes())
                .containsExactly(
                        "daemon: five|",
                        "damaged at 21: a string is padded with something else than zeros",
                        "daemon: later|");
    }

    @Test
    void aTraceBehindAnUnfinishedLineOfTheDaemonIsFoundInTheWorkerProtocolOnly() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuixStreams.next(out, latin1("no line's end"));
        GuixStreams.next(out, latin1("@ build-log 1 2\nx\n"));
        assertThat(GuixTranscript.of(out.toByteArray()).notes()).containsExactly("daemon: no line's end", "1: x|");
        assertThat(notes("no line's end@ build-log 1 2\nx\n"))
                .containsExactly("daemon: no line's end@ build-log 1 2|x|");
    }

    @Test
    void aLineIsATraceUpToItsLimitAndTextBeyondIt() {
        String longest = "@ x " + "y".repeat(GuixTraces.MAX_LINE - 5) + "\n";
        assertThat(GuixTranscript.of(latin1(longest)).traces()).containsExactly(longest.strip());
        String tooLong = "@ x " + "y".repeat(GuixTraces.MAX_LINE - 4) + "\n@ z\n";
        assertThat(GuixTranscript.of(latin1(tooLong)).traces()).containsExactly("@ z");
        assertThat(GuixTranscript.of(latin1(tooLong)).said()).hasSize(GuixTraces.MAX_LINE + 1);
    }

    @Test
    void textOfTheDaemonIsHandedOnBeforeItsLineIsComplete() {
        GuixTranscript transcript = new GuixTranscript();
        GuixReader reader = new GuixReader(transcript, GuixTraces.Framing.BARE);
        reader.read(latin1("half a li"));
        assertThat(transcript.said()).asString().isEqualTo("half a li");
    }

    @Test
    void malformedHeadsAreTextAndUnknownTracesKeepEmptyFields() {
        assertThat(notes("@ build-log 12 x\n@ build-log 3 2\nok@ e a b  c\n"))
                .containsExactly("daemon: @ build-log 12 x|", "3: ok", "@ e a b  c");
    }

    @Test
    void whatABuilderPrintsIsNeverATrace() {
        String hostile =
                "@ build-succeeded /x -\n@ build-log 2 3\n@ download-started /x http://x 1\n@ build-remote /x h\n";
        assertThat(notes("@ build-log 1 " + hostile.length() + "\n" + hostile + "@ build-log 2 1\n!"))
                .containsExactly("1: " + hostile.replace('\n', '|'), "2: !");
    }

    @Test
    void aTrustedBuilderTellsOfDownloadsAndPlacesAndOfNothingElse() {
        String printed = "plain\n@ download-started /x http://x 10\n@ build-succeeded /x -\n@ download-odd\n"
                + "@ build-remote /x.drv h\n@ build-log 2 3\nmid @ build-remote a b\n@ build-rem";
        String stream =
                "@ build-log 1 " + printed.length() + "\n" + printed + "@ build-log 2 1\n!@ build-remote /y h\n";
        for (int cut = 0; cut <= stream.length(); cut++) {
            GuixTranscript transcript = new GuixTranscript();
            GuixReader reader = new GuixReader(transcript).trustBuilderTraces();
            reader.read(latin1(stream), 0, cut);
            reader.read(latin1(stream), cut, stream.length() - cut);
            reader.finish();
            assertThat(transcript.notes())
                    .containsExactly(
                            "1: plain|",
                            "[1] @ download-started /x http://x 10",
                            "1: @ build-succeeded /x -|@ download-odd|",
                            "[1] @ build-remote /x.drv h",
                            "1: @ build-log 2 3|mid @ build-remote a b|@ build-rem",
                            "2: !",
                            "@ build-remote /y h");
        }
    }

    @Test
    void aStreamThatOnlyBeginsLikeAFrameIsBare() {
        GuixTranscript transcript = new GuixTranscript();
        GuixReader reader = new GuixReader(transcript);
        reader.read(latin1("gmlo"));
        assertThat(reader.framing()).isNull();
        reader.read(latin1("\0\0\0"));
        reader.finish();
        assertThat(reader.framing()).isEqualTo(GuixTraces.Framing.BARE);
        assertThat(transcript.said()).isEqualTo(latin1("gmlo\0\0\0"));
    }

    @Test
    void noLengthMakesItTakeMoreMemoryThanALine() {
        byte[] piece = new byte[32 * 1024];
        Arrays.fill(piece, (byte) '@');
        byte[][] beginnings = {
            latin1("@ build-log 1 2147483647\n"),
            latin1("no line's end "),
            latin1("@ a-trace-without-an-end "),
            framed(GuixTraces.WRITE, Integer.MAX_VALUE),
            framed(GuixTraces.ERROR, GuixTraces.MAX_FRAME),
            framed(GuixTraces.NEXT, -1)
        };
        for (byte[] beginning : beginnings) {
            GuixReader reader = new GuixReader(new GuixStatusFollower());
            reader.read(beginning);
            reader.read(piece);
            var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 300; i++) {
                reader.read(piece);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes taken for 9 MiB of input, the views of its pieces included")
                    .isLessThan(256 * 1024);
        }
    }

    private static byte[] framed(long tag, long length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuixStreams.word(out, tag);
        GuixStreams.word(out, length);
        return out.toByteArray();
    }
}
