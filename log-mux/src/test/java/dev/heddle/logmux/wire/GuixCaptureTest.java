package dev.heddle.logmux.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real guix-daemon of protocol 0x163 sent to a client, compared with the table of its frames. */
class GuixCaptureTest {

    private static final Pattern ROW = Pattern.compile(" *([0-9]+) (NEXT|ERROR) +b(['\"])(.*)\\3(?: status=([0-9]+))?");

    private byte[] captured = {};
    private final List<String> traces = new ArrayList<>();
    private final Map<Long, ByteArrayOutputStream> printed = new TreeMap<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private String error = "";

    @BeforeEach
    void readTheTable() throws IOException {
        byte[] bytes = GuixStreams.captured();
        Path table = GuixStreams.capture("guix-session.index.txt");
        assumeTrue(bytes != null && table != null, "no capture of a real daemon beside the project");
        captured = bytes;
        for (String line : Files.readAllLines(table)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                byte[] content = unescape(row.group(4));
                if (row.group(2).equals("ERROR")) {
                    error = "error " + row.group(5) + ": " + new String(content, StandardCharsets.UTF_8);
                } else {
                    take(content);
                }
            }
        }
        assertThat(traces).hasSize(9);
        assertThat(printed).containsOnlyKeys(28052L, 28089L, 28102L);
    }

    private void take(byte[] frame) {
        String text = new String(frame, StandardCharsets.ISO_8859_1);
        if (text.startsWith("@ build-log ")) {
            int head = text.indexOf('\n') + 1;
            printed.computeIfAbsent(Long.parseLong(text.split(" ")[2]), pid -> new ByteArrayOutputStream())
                    .write(frame, head, frame.length - head);
        } else if (text.startsWith("@ ")) {
            traces.add(text.strip());
        } else {
            said.writeBytes(frame);
        }
    }

    private static byte[] unescape(String python) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < python.length(); i++) {
            char c = python.charAt(i);
            if (c != '\\') {
                bytes.write(c);
                continue;
            }
            char escape = python.charAt(++i);
            switch (escape) {
                case 'n' -> bytes.write('\n');
                case 'r' -> bytes.write('\r');
                case 'x' -> {
                    bytes.write(Integer.parseInt(python.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> bytes.write(escape);
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void everyFrameIsReadToTheByte() {
        GuixTranscript read = GuixTranscript.of(captured);
        assertThat(read.damages).isEmpty();
        assertThat(read.traces()).isEqualTo(traces);
        assertThat(read.notes()).last().isEqualTo(error);
        assertThat(read.said()).isEqualTo(said.toByteArray());
        assertThat(read.printed().keySet()).isEqualTo(printed.keySet());
        printed.forEach((pid, bytes) -> assertThat(read.printed(pid)).isEqualTo(bytes.toByteArray()));
    }

    @Test
    void everyTraceIsAKnownOne() {
        assertThat(traces)
                .allSatisfy(line -> assertThat(GuixTrace.parse(line)).isNotInstanceOf(GuixTrace.Other.class))
                .allSatisfy(line -> assertThat(GuixTrace.parse(line).line()).isEqualTo(line));
    }

    @Test
    void cutsAnywhereChangeNothing() {
        List<String> whole = GuixTranscript.of(captured).notes();
        for (int cut = 0; cut <= captured.length; cut++) {
            GuixTranscript transcript = new GuixTranscript();
            GuixReader reader = new GuixReader(transcript);
            reader.read(captured, 0, cut);
            reader.read(captured, cut, captured.length - cut);
            reader.finish();
            assertThat(transcript.notes()).as("cut at %s", cut).isEqualTo(whole);
        }
    }

    @Test
    void writtenAgainFrameByFrameTheBytesAreTheDaemons() throws IOException {
        int firstTrace = 400;
        int error = 2760;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuixWriter writer = new GuixWriter(out, GuixTraces.Framing.WORKER, GuixTraces.Keyword.BUILD_LOG);
        GuixReader reader = new GuixReader(new Again(writer), GuixTraces.Framing.WORKER);
        reader.read(captured, firstTrace, error - firstTrace);
        writer.close();
        assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(captured, firstTrace, error));
    }

    /** Writes what was read, each piece at once. */
    private record Again(GuixWriter writer) implements GuixVisitor {
        private interface Write {
            void run() throws IOException;
        }

        private static void run(Write write) {
            try {
                write.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void trace(long offset, GuixTrace trace) {
            run(() -> writer.trace(trace));
        }

        @Override
        public void daemonText(long offset, Slice bytes) {
            run(() -> writer.daemonText(bytes.array(), bytes.from(), bytes.length()));
        }

        @Override
        public void builderText(long offset, long pid, Slice bytes) {
            run(() -> {
                writer.builderText(pid, bytes.array(), bytes.from(), bytes.length(), 0);
                writer.flush();
            });
        }

        @Override
        public void error(long offset, long status, String message) {
            throw new AssertionError(message);
        }

        @Override
        public void damaged(long offset, String problem) {
            throw new AssertionError(problem);
        }
    }
}
