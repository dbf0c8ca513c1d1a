package dev.heddle.logmux.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuixStatusTest {

    private static final GuixTrace STARTED = GuixTrace.parse("@ build-started /s/a.drv - x86_64-linux /log 7");

    private static GuixStatus after(String... lines) {
        GuixStatus status = GuixStatus.initial();
        for (String line : lines) {
            status = status.after(GuixTrace.parse(line));
        }
        return status;
    }

    @Test
    void buildsBeginEndAndAreCounted() {
        GuixStatus two = after("@ build-started /s/a.drv - x86_64-linux /log 7", "@ build-started /s/b.drv - i686  8");
        assertThat(two.building()).extracting(GuixStatus.Build::derivation).containsExactly("/s/a.drv", "/s/b.drv");
        GuixStatus one = two.after(GuixTrace.parse("@ build-failed /s/a.drv - timeout"));
        assertThat(one.building()).extracting(GuixStatus.Build::derivation).containsExactly("/s/b.drv");
        GuixStatus none = one.after(GuixTrace.parse("@ build-succeeded /s/b.drv -"));
        assertThat(none).isEqualTo(new GuixStatus(List.of(), List.of(), 1, 1, 0, 0));
        assertThat(none.after(GuixTrace.parse("@ build-succeeded /s/never.drv -")))
                .isEqualTo(none);
        assertThat(two.building()).as("a status never changes").hasSize(2);
    }

    @Test
    void aFailureCountsOfABuildThatNeverBeganOrHasBecomeADownload() {
        assertThat(after("@ build-failed /s/a.drv - cached"))
                .isEqualTo(new GuixStatus(List.of(), List.of(), 0, 1, 0, 0));
        GuixStatus downloading = after("@ build-started /s/a.drv - x  7")
                .afterBuilder(7, GuixTrace.parse("@ download-started /s/a http://x -"));
        assertThat(downloading.building()).isEmpty();
        assertThat(downloading
                        .after(GuixTrace.parse("@ build-failed /s/a.drv - 1 no such file"))
                        .failed())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    '[ 50%] Building'          , 50
                    '  [  7%] Building'        , 7
                    '[3/12] CC x.o'            , 25
                    '[ 3 of 12] Compiling'     , 25
                    '[900%] too much'          , 100
                    '[5/0] nothing'            ,
                    'done [50%]'               ,
                    '[50 %]'                   ,
                    '[x/y]'                    ,
                    """)
    void theBeginningOfALineTellsHowFarABuildIs(String line, Integer percent) {
        GuixStatus status = GuixStatus.initial().after(STARTED).afterLine(7, line);
        assertThat(status.building().get(0).percent())
                .isEqualTo(percent == null ? OptionalInt.empty() : OptionalInt.of(percent));
    }

    @Test
    void aPhaseBeginsAnewAndALineWithANulTellsNothing() {
        GuixStatus status = GuixStatus.initial().after(STARTED).afterLine(7, "[9/10]");
        GuixStatus phase = status.afterLine(7, "starting phase `check'");
        assertThat(phase.building().get(0).phase()).isEqualTo("check");
        assertThat(phase.building().get(0).percent()).isEmpty();
        assertThat(phase.afterLine(7, "[ 50%]\0")).isEqualTo(phase);
        assertThat(phase.afterLine(8, "[ 50%]"))
                .as("a process that builds nothing")
                .isEqualTo(phase);
    }

    @Test
    void downloadsGoOnAndEnd() {
        GuixStatus status =
                after("@ download-started /s/x http://h/x 100", "@ download-progress /s/x http://h/x 100 40");
        assertThat(status.downloading())
                .containsExactly(new GuixStatus.Download("/s/x", "http://h/x", OptionalLong.of(100), 40));
        GuixStatus joined = status.after(GuixTrace.parse("@ download-progress /s/y http://h/y - 5"));
        assertThat(joined.downloading()).hasSize(2);
        GuixStatus done = joined.after(GuixTrace.parse("@ download-succeeded /s/x http://h/x 100"))
                .after(GuixTrace.parse("@ substituter-succeeded /s/x"))
                .after(GuixTrace.parse("@ substituter-failed /s/y 1 lost"));
        assertThat(done.downloading()).isEmpty();
        assertThat(done.downloaded()).isEqualTo(1);
    }

    @Test
    void aBuilderThatDownloadsIsADownload() {
        GuixStatus status = GuixStatus.initial()
                .after(STARTED)
                .afterBuilder(7, GuixTrace.parse("@ download-started /s/a http://h/a 9"));
        assertThat(status.building()).isEmpty();
        assertThat(status.downloading()).hasSize(1);
    }

    @Test
    void anUsedAgainProcessNumberMeansTheBuildThatBeganLast() {
        GuixStatus status = after("@ build-started /s/a.drv - x  7", "@ build-started /s/b.drv - x  7");
        assertThat(status.afterLine(7, "[1/2]").building())
                .extracting(GuixStatus.Build::percent)
                .containsExactly(OptionalInt.empty(), OptionalInt.of(50));
    }

    @Test
    void aBuildOnAnotherMachineTellsWhere() {
        assertThat(after("@ build-started /s/a.drv - x  7", "@ build-remote /s/a.drv h2")
                        .building()
                        .get(0)
                        .host())
                .isEqualTo("h2");
    }

    @Test
    void whatNeverEndsIsForgottenBeyondTheLimit() {
        GuixStatus status = GuixStatus.initial();
        for (int i = 0; i < GuixStatus.MOST_OPEN + 5; i++) {
            status = status.after(GuixTrace.parse("@ build-started /s/" + i + ".drv - x  " + i))
                    .after(GuixTrace.parse("@ download-started /s/" + i + " http://x -"));
        }
        assertThat(status.building()).hasSize(GuixStatus.MOST_OPEN);
        assertThat(status.building().get(0).derivation()).isEqualTo("/s/5.drv");
        assertThat(status.downloading()).hasSize(GuixStatus.MOST_OPEN);
    }

    @Test
    void buildsThatAreForgottenAreCountedUntilTheyEnd() {
        int builds = GuixStatus.MOST_OPEN + 500;
        GuixStatus status = GuixStatus.initial();
        for (int i = 0; i < builds; i++) {
            status = status.after(GuixTrace.parse("@ build-started /s/" + i + ".drv - x  " + i));
        }
        assertThat(status.unfinished()).isEqualTo(builds);
        for (int i = 0; i < builds; i++) {
            String how = i % 3 == 0 ? "@ build-failed /s/" + i + ".drv - 1 x" : "@ build-succeeded /s/" + i + ".drv -";
            status = status.after(GuixTrace.parse(how));
            assertThat(status.unfinished()).isEqualTo(builds - i - 1);
        }
        assertThat(status.after(GuixTrace.parse("@ build-succeeded /s/never.drv -")))
                .isEqualTo(new GuixStatus(List.of(), List.of(), 1000, 500, 0, 0));
    }

    @Test
    void progressIsFoundHoweverTheLineWasCut() throws IOException {
        GuixStatusFollower follower = new GuixStatusFollower();
        GuixReader reader = new GuixReader(follower);
        byte[] own = GuixStreams.own();
        int building = new String(own, StandardCharsets.ISO_8859_1).indexOf("%] Building\n") + 12;
        for (int i = 0; i < building; i++) {
            reader.read(own, i, 1);
        }
        GuixStatus.Build alpha = follower.status().buildOf(101);
        assertThat(alpha).isNotNull();
        assertThat(alpha.percent()).as("the line was cut over two fragments").hasValue(50);
        reader.read(own, building, own.length - building);
        reader.finish();
        assertThat(follower.status()).isEqualTo(new GuixStatus(List.of(), List.of(), 1, 3, 1, 0));
    }

    @Test
    void aRealSessionEndsWithTwoBuiltAndTwoFailed() throws IOException {
        byte[] captured = GuixStreams.captured();
        assumeTrue(captured != null, "no capture of a real daemon beside the project");
        GuixStatusFollower follower = new GuixStatusFollower();
        GuixReader reader = new GuixReader(follower);
        reader.read(captured, 0, 2464);
        assertThat(follower.status().building()).hasSize(2);
        GuixStatus.Build second = follower.status().buildOf(28102);
        assertThat(second).isNotNull();
        assertThat(second.phase()).as("printed last").isEqualTo("build");
        assertThat(second.percent()).isEmpty();
        assertThat(follower.status().downloading())
                .as("a builder only printed one")
                .isEmpty();
        reader.read(captured, 2464, captured.length - 2464);
        reader.finish();
        assertThat(follower.status()).isEqualTo(new GuixStatus(List.of(), List.of(), 2, 2, 0, 0));
    }
}
