package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSource;
import dev.heddle.store.StoreCopy;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.cache.BinaryCache;
import dev.heddle.store.local.VerifyFinding.Damage;
import dev.heddle.store.local.VerifyFinding.Fate;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged stores, and what a verification tells and mends. */
class RepairTest {

    @TempDir
    Path dir;

    private final List<String> messages = new ArrayList<>();

    private final OutputPort output = new OutputPort() {
        @Override
        public JobOutput open(JobInfo job) {
            return OutputPort.discard().open(job);
        }

        @Override
        public void message(Channel channel, String text) {
            messages.add(text);
        }
    };

    private BuildHouse house() throws IOException {
        return new BuildHouse(dir.resolve("store"), settings -> settings);
    }

    private static void corrupt(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(file, "bad");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }

    @Test
    void wholeStoreHasNoFindings() throws Exception {
        try (BuildHouse house = house()) {
            house.store().addText("a", new byte[] {'a'}, List.of());
            VerifyResult result = house.store().verify(VerifyOptions.CONTENTS, output);
            assertThat(result.isGood()).isTrue();
            assertThat(result.paths()).isEqualTo(1);
            assertThat(result.bytes()).isEqualTo(120);
            assertThat(messages).isEmpty();
        }
    }

    @Test
    @Tag("T18")
    void missingAndCorruptPathsAreToldAndNothingIsChanged() throws Exception {
        try (BuildHouse house = house()) {
            LocalStore store = house.store();
            StorePath gone = store.addText("gone", new byte[] {'g'}, List.of());
            StorePath bad = store.addText("bad", new byte[] {'b'}, List.of(gone));
            StorePath good = store.addText("good", new byte[] {'c'}, List.of(bad));
            Files.delete(house.real(gone));
            corrupt(house.real(bad));
            assertThat(store.verify(VerifyOptions.EXISTENCE, output).findings())
                    .extracting(VerifyFinding::path)
                    .containsExactly(gone);
            VerifyResult result = store.verify(VerifyOptions.CONTENTS, output);
            assertThat(result.isGood()).isFalse();
            assertThat(result.findings())
                    .extracting(VerifyFinding::path, VerifyFinding::damage, VerifyFinding::fate)
                    .containsExactlyInAnyOrder(
                            tuple(gone, Damage.MISSING, Fate.LEFT), tuple(bad, Damage.CORRUPT, Fate.LEFT));
            assertThat(messages)
                    .anySatisfy(text -> assertThat(text)
                            .startsWith(bad + ": is corrupt: registered are sha256:")
                            .contains(" bytes, found sha256:"));
            assertThat(store.queryValid(List.of(gone, bad, good))).hasSize(3);
        }
    }

    @Test
    @Tag("T18")
    void pipeInThePlaceOfAPathIsCorruptAndNotWaitedFor() throws Exception {
        try (BuildHouse house = house()) {
            StorePath path = house.store().addText("a", new byte[] {'a'}, List.of());
            Files.delete(house.real(path));
            assertThat(new ProcessBuilder("mkfifo", house.real(path).toString())
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(house.store().verify(VerifyOptions.CONTENTS, output).findings())
                    .extracting(VerifyFinding::damage)
                    .containsExactly(Damage.CORRUPT);
        }
    }

    /** A store with a chain of three: a source, and two builds. */
    private record Chain(StorePath source, Derivation low, StorePath lowPath, Derivation high, StorePath highPath) {}

    private static Chain chain(BuildHouse house, String command) throws Exception {
        StorePath source = house.store().addText("source", "text\n".getBytes(StandardCharsets.UTF_8), List.of());
        Derivation low = house.shell(
                "low", "mkdir $out; cat $src >$out/f; " + command, Map.of("src", source.toString()), List.of(source));
        house.store().addDerivation("low", low);
        StorePath lowPath = house.made(low).get("out");
        Derivation high = house.shell(
                "high", "mkdir $out; echo $low >$out/f", Map.of("low", lowPath.toString()), List.of(lowPath));
        house.store().addDerivation("high", high);
        return new Chain(source, low, lowPath, high, house.made(high).get("out"));
    }

    @Test
    @Tag("T21")
    void corruptPathsOfAClosureComeBackFromACacheAndFromBuilds() throws Exception {
        try (BuildHouse house = house()) {
            Chain chain = chain(house, ":");
            BinaryCache cache = BinaryCache.builder(
                            dir.resolve("cache"), house.store().storeDirectory())
                    .create()
                    .open();
            StoreCopy.copy(house.store(), cache, List.of(chain.source()), 1);
            corrupt(house.real(chain.source()));
            corrupt(house.real(chain.lowPath()).resolve("f"));
            Files.delete(house.real(chain.highPath()).resolve("f"));
            StoreLayout layout = house.store().layout();
            StoreSettings settings = house.store().parts().settings();
            house.close();
            try (LocalStore store = LocalStore.builder(layout)
                    .settings(settings)
                    .substituters(List.of(cache))
                    .open()) {
                VerifyResult result = store.repair(List.of(chain.highPath()), output);
                assertThat(result.isGood()).as(result.toString()).isTrue();
                assertThat(result.findings())
                        .extracting(VerifyFinding::path, VerifyFinding::fate)
                        .containsExactly(
                                tuple(chain.source(), Fate.FETCHED),
                                tuple(chain.lowPath(), Fate.REBUILT),
                                tuple(chain.highPath(), Fate.REBUILT));
                assertThat(store.verify(VerifyOptions.CONTENTS, output).findings())
                        .isEmpty();
            }
        }
    }

    @Test
    @Tag("T23")
    void repairThatComesOutDifferentlyIsToldAndNotTaken() throws Exception {
        try (BuildHouse house = house()) {
            Chain chain = chain(house, "date +%N >$out/now");
            PathInfo registered = house.store().queryPathInfo(chain.lowPath()).orElseThrow();
            corrupt(house.real(chain.lowPath()).resolve("f"));
            VerifyResult result = house.store().verify(VerifyOptions.CONTENTS.withRepair(true), output);
            assertThat(result.isGood()).isFalse();
            VerifyFinding finding = result.findings().get(0);
            assertThat(finding.fate()).isEqualTo(Fate.NOT_REPRODUCED);
            assertThat(finding.detail()).contains(registered.narHash().toString());
            assertThat(Files.readString(house.real(chain.lowPath()).resolve("f")))
                    .isEqualTo("bad");
            assertThat(house.store().queryPathInfo(chain.lowPath())).contains(registered);
        }
    }

    @Test
    @Tag("T22")
    void cacheWithOtherContentIsRefusedWithBothHashes() throws Exception {
        try (BuildHouse house = house()) {
            StorePath path = house.store().addText("a", new byte[] {'a'}, List.of());
            PathInfo registered = house.store().queryPathInfo(path).orElseThrow();
            try (LocalStore other = LocalStore.open(dir.resolve("other"))) {
                StorePath otherPath = other.addText("a", new byte[] {'z'}, List.of());
                PathInfo offered = other.queryPathInfo(otherPath).orElseThrow();
                PathSource liar = new FakeSource(
                        house.store().storeDirectory(),
                        PathInfo.of(path, offered.narHash(), offered.narSize(), List.of()),
                        out -> other.dump(otherPath, out));
                PathSource secretLiar =
                        new FakeSource(house.store().storeDirectory(), registered, out -> other.dump(otherPath, out));
                corrupt(house.real(path));
                StoreLayout layout = house.store().layout();
                house.close();
                try (LocalStore store = LocalStore.builder(layout)
                        .trustedKeys(TrustedKeys.of(List.of()))
                        .substituters(List.of(liar, secretLiar))
                        .open()) {
                    VerifyFinding finding =
                            store.repair(List.of(path), output).findings().get(0);
                    assertThat(finding.fate()).isEqualTo(Fate.NOT_REPRODUCED);
                    assertThat(finding.detail())
                            .contains(
                                    offered.narHash().toString(),
                                    registered.narHash().toString(),
                                    "gave something else");
                    assertThat(Files.readString(layout.real(path))).isEqualTo("bad");
                }
            }
        }
    }

    @Test
    void onlyWhatIsLostWithAllItsReferrersIsForgotten() throws Exception {
        try (BuildHouse house = house()) {
            LocalStore store = house.store();
            StorePath kept = store.addText("kept", new byte[] {'k'}, List.of());
            StorePath whole = store.addText("whole", new byte[] {'w'}, List.of(kept));
            StorePath lost = store.addText("lost", new byte[] {'l'}, List.of(kept));
            StorePath user = store.addText("user", new byte[] {'u'}, List.of(lost));
            for (StorePath path : List.of(kept, lost, user)) {
                Files.delete(house.real(path));
            }
            VerifyResult result = store.verify(VerifyOptions.EXISTENCE.withForgetMissing(true), output);
            assertThat(result.findings())
                    .filteredOn(finding -> finding.fate() == Fate.FORGOTTEN)
                    .extracting(VerifyFinding::path)
                    .containsExactlyInAnyOrder(lost, user);
            assertThat(store.queryValid(List.of(kept, whole, lost, user))).containsExactlyInAnyOrder(kept, whole);
        }
    }

    @Test
    void sourceThatCannotAnswerIsAskedOnceAndTheOneOfTheLowestPriorityFirst() throws Exception {
        try (BuildHouse house = house();
                LocalStore copy = LocalStore.open(dir.resolve("other"))) {
            StorePath one = house.store().addText("one", new byte[] {1}, List.of());
            StorePath two = house.store().addText("two", new byte[] {2}, List.of());
            StorePath same = copy.addText("one", new byte[] {1}, List.of());
            PathInfo info = house.store().queryPathInfo(one).orElseThrow();
            corrupt(house.real(one));
            corrupt(house.real(two));
            StoreLayout layout = house.store().layout();
            house.close();
            Broken broken = new Broken(layout.storeDirectory());
            PathSource whole = new FakeSource(layout.storeDirectory(), info, out -> copy.dump(same, out));
            try (LocalStore store = LocalStore.builder(layout)
                    .substituters(List.of(whole, broken))
                    .open()) {
                VerifyResult result = store.repair(List.of(one, two), output);
                assertThat(result.findings())
                        .extracting(VerifyFinding::path, VerifyFinding::fate)
                        .containsExactlyInAnyOrder(tuple(one, Fate.FETCHED), tuple(two, Fate.NOT_REPAIRED));
                assertThat(broken.asked).isOne();
                assertThat(result.findings())
                        .filteredOn(finding -> finding.path().equals(two))
                        .singleElement()
                        .satisfies(finding -> assertThat(finding.detail()).contains("no answer"));
            }
        }
    }

    /** Comes last, and never answers. */
    private static final class Broken implements PathSource {
        private final String storeDirectory;
        private int asked;

        Broken(String storeDirectory) {
            this.storeDirectory = storeDirectory;
        }

        @Override
        public int priority() {
            return 1;
        }

        @Override
        public String storeDirectory() {
            return storeDirectory;
        }

        @Override
        public Optional<PathInfo> queryPathInfo(StorePath path) throws IOException {
            asked++;
            throw new IOException("no answer");
        }

        @Override
        public Optional<StorePath> queryPathFromHashPart(String hashPart) {
            return Optional.empty();
        }

        @Override
        public void dump(StorePath path, OutputStream out) {}
    }

    /** What a source gives as a path's archive. */
    private interface Archive {
        void to(OutputStream out) throws IOException;
    }

    /** Says it has one path. */
    private record FakeSource(String storeDirectory, PathInfo info, Archive archive) implements PathSource {
        @Override
        public Optional<PathInfo> queryPathInfo(StorePath path) {
            return Optional.of(info).filter(known -> known.path().equals(path));
        }

        @Override
        public Optional<StorePath> queryPathFromHashPart(String hashPart) {
            return Optional.of(info.path()).filter(path -> path.hashPart().equals(hashPart));
        }

        @Override
        public void dump(StorePath path, OutputStream out) throws IOException {
            archive.to(out);
        }
    }
}
