package dev.heddle.logmux.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Acceptance test M8: what is hard in a Guix stream, written by us and read back. */
class GuixRoundTripTest {

    private static final String FORGED = "@ build-succeeded /s/b.drv -\n@ build-log 8 3\n";

    private static byte[] stream(GuixTraces.Framing framing) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuixWriter writer = new GuixWriter(out, framing, GuixTraces.Keyword.BUILD_LOG);
        writer.trace(new GuixTrace.BuildStarted("/s/a.drv", "-", "x86_64-linux", "", OptionalLong.of(7)));
        print(writer, "first owner of the number");
        writer.trace(new GuixTrace.BuildSucceeded("/s/a.drv", "-"));
        writer.trace(new GuixTrace.BuildStarted("/s/b.drv", "-", "x86_64-linux", "/log", OptionalLong.of(7)));
        print(writer, FORGED);
        writer.trace(new GuixTrace.BuildSucceeded("/s/b.drv", "-"));
        writer.close();
        return out.toByteArray();
    }

    private static void print(GuixWriter writer, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writer.builderText(7, bytes, 0, bytes.length, 0);
    }

    @Test
    void m8RoundTripWithReusedProcessForgedTracesAndHeadsCutAtEachByte() throws IOException {
        for (GuixTraces.Framing framing : GuixTraces.Framing.values()) {
            byte[] stream = stream(framing);
            for (int cut = 0; cut <= stream.length; cut++) {
                GuixTranscript transcript = new GuixTranscript();
                GuixReader reader = new GuixReader(transcript);
                reader.read(stream, 0, cut);
                reader.read(stream, cut, stream.length - cut);
                reader.finish();
                assertThat(reader.framing()).isEqualTo(framing);
                assertThat(transcript.notes())
                        .containsExactly(
                                "@ build-started /s/a.drv - x86_64-linux  7",
                                "7: first owner of the number",
                                "@ build-succeeded /s/a.drv -",
                                "@ build-started /s/b.drv - x86_64-linux /log 7",
                                "7: " + FORGED.replace('\n', '|'),
                                "@ build-succeeded /s/b.drv -");
            }
        }
    }

    @Test
    void m8AnEmptyFragmentGivesNothingAndTakesNothing() {
        String stream = "@ build-log 7 0\n@ build-output 7 0\n@ build-log 7 1\nx@ build-log 7 0\nlast";
        for (int cut = 0; cut <= stream.length(); cut++) {
            GuixTranscript transcript = new GuixTranscript();
            GuixReader reader = new GuixReader(transcript);
            byte[] bytes = stream.getBytes(StandardCharsets.US_ASCII);
            reader.read(bytes, 0, cut);
            reader.read(bytes, cut, bytes.length - cut);
            reader.finish();
            assertThat(transcript.notes()).isEqualTo(List.of("7: x", "daemon: last"));
        }
    }
}
