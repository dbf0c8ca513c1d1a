package dev.heddle.logmux.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuixTraceTest {

    @Test
    void everyTraceIsReadIntoItsFields() {
        assertTrace(
                "@ build-started /s/a.drv - x86_64-linux /log/5x//a.drv 28052",
                new GuixTrace.BuildStarted("/s/a.drv", "-", "x86_64-linux", "/log/5x//a.drv", OptionalLong.of(28052)));
        assertTrace("@ build-succeeded /s/a.drv -", new GuixTrace.BuildSucceeded("/s/a.drv", "-"));
        assertTrace(
                "@ build-failed /s/a.drv - 1 builder  failed",
                new GuixTrace.BuildFailed("/s/a.drv", "-", OptionalInt.of(1), "builder  failed"));
        assertTrace(
                "@ build-failed /s/a.drv - timeout",
                new GuixTrace.BuildFailed("/s/a.drv", "-", OptionalInt.empty(), "timeout"));
        assertTrace(
                "@ build-failed /s/a.drv - cached",
                new GuixTrace.BuildFailed("/s/a.drv", "-", OptionalInt.empty(), "cached"));
        assertTrace(
                "@ hook-failed /s/a.drv - 256 it died",
                new GuixTrace.HookFailed("/s/a.drv", "-", OptionalInt.of(256), "it died"));
        assertTrace("@ build-remote /s/a.drv host7", new GuixTrace.BuildRemote("/s/a.drv", "host7"));
        assertTrace("@ hash-mismatch /s/a sha256 0e 0a", new GuixTrace.HashMismatch("/s/a", "sha256", "0e", "0a"));
        assertTrace("@ unsupported-platform /s/a.drv mips", new GuixTrace.UnsupportedPlatform("/s/a.drv", "mips"));
        assertTrace("@ substituter-started /s/a substitute", new GuixTrace.SubstituterStarted("/s/a", "substitute"));
        assertTrace("@ substituter-succeeded /s/a", new GuixTrace.SubstituterSucceeded("/s/a"));
        assertTrace(
                "@ substituter-failed /s/a 1 gone away",
                new GuixTrace.SubstituterFailed("/s/a", OptionalInt.of(1), "gone away"));
        assertTrace(
                "@ substituter-failed /s/a timeout",
                new GuixTrace.SubstituterFailed("/s/a", OptionalInt.empty(), "timeout"));
        assertTrace(
                "@ download-started /s/a http://x 12",
                new GuixTrace.DownloadStarted("/s/a", "http://x", OptionalLong.of(12)));
        assertTrace(
                "@ download-progress /s/a http://x - 7",
                new GuixTrace.DownloadProgress("/s/a", "http://x", OptionalLong.empty(), 7));
        assertTrace(
                "@ download-succeeded /s/a http://x 12",
                new GuixTrace.DownloadSucceeded("/s/a", "http://x", OptionalLong.of(12)));
        assertTrace("@ build-log 12 0", new GuixTrace.BuildLog(GuixTraces.Keyword.BUILD_LOG, 12, 0));
        assertTrace("@ build-output 12 4096", new GuixTrace.BuildLog(GuixTraces.Keyword.BUILD_OUTPUT, 12, 4096));
    }

    private static void assertTrace(String line, GuixTrace trace) {
        assertThat(GuixTrace.parse(line)).isEqualTo(trace);
        assertThat(trace.line()).isEqualTo(line);
    }

    @Test
    void anEmptyFieldStaysOne() {
        String line = "@ build-started /s/a.drv - x86_64-linux  28052";
        assertThat(GuixTrace.parse(line))
                .isEqualTo(new GuixTrace.BuildStarted("/s/a.drv", "-", "x86_64-linux", "", OptionalLong.of(28052)));
        assertThat(GuixTrace.parse(line).line()).isEqualTo(line);
    }

    @Test
    void anOldDaemonDoesNotTellTheProcess() {
        assertTrace(
                "@ build-started /s/a.drv - x86_64-linux /log",
                new GuixTrace.BuildStarted("/s/a.drv", "-", "x86_64-linux", "/log", OptionalLong.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@ build-started /s/a.drv",
                "@ build-started /s/a.drv - x /log 1 2",
                "@ build-started /s/a.drv - x /log -1",
                "@ build-succeeded",
                "@ build-failed /s/a.drv -",
                "@ build-log 12 x",
                "@ build-log -1 5",
                "@ build-log +1 5",
                "@ build-log 1 2147483648",
                "@ build-log 2147483648 1",
                "@ build-log 1 5 6",
                "@ build-log 1 ",
                "@ build-log 1 99999999999999999999",
                "@ build-output \u0661 1",
                "@ download-progress /s/a http://x 12 many",
                "@ download-progress /s/a http://x big 3",
                "@ unknown-event a b  c",
                "@ "
            })
    void aTraceThatIsNotKnownOrNotRightKeepsItsFields(String line) {
        assertThat(GuixTrace.parse(line)).isInstanceOf(GuixTrace.Other.class);
        assertThat(GuixTrace.parse(line).line().strip()).isEqualTo(line.strip());
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> GuixTrace.parse("build-log 1 2"));
        assertThatIllegalArgumentException().isThrownBy(() -> GuixTrace.parse("@ a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> new GuixTrace.BuildSucceeded("a b", "-"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GuixTrace.BuildFailed("a", "-", OptionalInt.of(1), "two\nlines"))
                .withMessageContaining("one line");
        assertThatIllegalArgumentException().isThrownBy(() -> new GuixTrace.Other("x", List.of("a\n@ b")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GuixTrace.BuildLog(GuixTraces.Keyword.BUILD_LOG, 1, -1));
    }
}
