package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Counters;
import dev.heddle.store.nar.Trees;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Builds beside a collector in another process. */
class CollectBuildsTest {

    private static final int BUILDS = Integer.getInteger("heddle.gc.builds", 12);

    @TempDir
    Path dir;

    @AfterEach
    void makeWritable() throws Exception {
        Trees.makeWritable(dir);
    }

    @Test
    @Tag("T19")
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void nothingIsLostThatABuildWasToldIsValid() throws Exception {
        List<StorePath> told = new ArrayList<>();
        Path directory = dir.resolve("s");
        try (BuildHouse house = new BuildHouse(directory, settings -> settings);
                CollectorProcess other = CollectorProcess.start(directory)) {
            LocalStore store = house.store();
            for (int i = 0; i < BUILDS; i++) {
                Derivation low = house.shell("low" + i, "echo low" + i + " >$out");
                StorePath lowPath = store.addDerivation("low" + i, low);
                Derivation high =
                        house.needing(house.shell("high" + i, "echo high" + i + " >$out"), Map.of(lowPath, low));
                StorePath highPath = store.addDerivation("high" + i, high);
                assertThat(store.build(highPath, Mode.NORMAL, OutputPort.discard())
                                .isSuccess())
                        .as("%s", house.printed())
                        .isTrue();
                told.addAll(List.of(lowPath, highPath));
                told.add(low.output("out").knownPath().orElseThrow());
                told.add(high.output("out").knownPath().orElseThrow());
                assertThat(store.queryValid(told)).containsAll(told);
                assertThat(Files.readString(house.real(told.get(told.size() - 1)), StandardCharsets.UTF_8))
                        .isEqualTo("high" + i + "\n");
                other.awaitCollection();
            }
            for (StorePath path : told) {
                assertThat(house.real(path)).exists();
            }
            assertThat(store.verify(VerifyOptions.CONTENTS, OutputPort.discard())
                            .findings())
                    .isEmpty();
            assertThat(other.end()).as("collected while all was needed").isZero();
            store.releaseAdded();
            try (CollectorProcess last = CollectorProcess.start(directory)) {
                assertThat(last.end()).isEqualTo(told.size());
            }
            assertThat(store.queryValid(told)).isEmpty();
        }
        Counters.tell("G6", getClass(), BUILDS + " pairs of builds beside a collector, 0 of " + told.size() + " lost");
    }
}
