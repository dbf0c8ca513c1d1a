package dev.heddle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreCopyTest.Memory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubstitutersTest {

    private final Random random = new Random(23);
    private final SecretKey key = SecretKey.generate("cache-1", new SecureRandom());
    private final TrustedKeys trusted = TrustedKeys.of(List.of(key.publicKey()));
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final Memory store = new Memory(List.of());

    @TempDir
    Path dir;

    private SamplePath below;
    private SamplePath top;

    @BeforeEach
    void makePaths() throws IOException {
        below = signed(SamplePath.ofFile("below", dir, random, 100).built("below"));
        top = signed(SamplePath.ofFile("top", dir, random, 100, below.path()).built("top"));
    }

    private SamplePath signed(SamplePath path) {
        return new SamplePath(path.info().withSignatures(List.of(key.sign(path.info()))), path.nar());
    }

    private static SamplePath unsigned(SamplePath path) {
        return new SamplePath(path.info().withSignatures(List.of()), path.nar());
    }

    /** A source with a name and a priority. */
    private static class Named extends Memory {
        private final String name;
        private final int priority;
        private int asked;

        Named(String name, int priority, SamplePath... paths) {
            super(List.of(paths));
            this.name = name;
            this.priority = priority;
        }

        @Override
        public int priority() {
            return priority;
        }

        @Override
        public Optional<PathInfo> queryPathInfo(StorePath path) throws IOException {
            asked++;
            return super.queryPathInfo(path);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Substituters of(PathSource... sources) {
        return new Substituters(List.of(sources), trusted, told::add);
    }

    @Test
    void theLowestPriorityIsAskedFirstAndEqualOnesAsTheyWereGiven() {
        Named late = new Named("late", 50, top);
        Named first = new Named("first", 40, top);
        Named second = new Named("second", 40, top);
        Substituters substituters = of(late, first, second);
        assertThat(substituters.sources()).containsExactly(first, second, late);
        assertThat(substituters.find(top.path()).orElseThrow().source()).isSameAs(first);
        assertThat(second.asked).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void whatNoTrustedKeySignedIsLookedForElsewhere() {
        Named bad = new Named("bad", 0, unsigned(top));
        Named good = new Named("good", 1, top);
        assertThat(of(bad, good).find(top.path()).orElseThrow().source()).isSameAs(good);
        assertThat(told).containsExactly("bad: no trusted key signed " + top.path() + "; it is not taken from there");
        assertThat(of(bad).find(top.path())).isEmpty();
    }

    @Test
    void whatNamesItselfByItsContentNeedsNoSignature() throws IOException {
        SamplePath addressed = SamplePath.ofFile("addressed", dir, random, 100);
        assertThat(of(new Named("any", 0, addressed)).find(addressed.path())).isPresent();
        SamplePath liar = new SamplePath(
                top.info()
                        .withSignatures(List.of())
                        .withContentAddress(addressed.info().contentAddress()),
                top.nar());
        assertThat(of(new Named("any", 0, liar)).find(top.path())).isEmpty();
    }

    @Test
    void aClosureIsFetchedFromWhereverItsPathsAre() throws Exception {
        Named one = new Named("one", 0, top);
        Named two = new Named("two", 1, below);
        assertThat(of(one, two).fetch(List.of(top.path()), store, 2))
                .containsEntry(top.path(), one)
                .containsEntry(below.path(), two)
                .hasSize(2);
        assertThat(store.paths).containsOnlyKeys(top.path(), below.path());
    }

    @Test
    void whereFetchingFailsTheNextSourceIsTaken() throws Exception {
        Named bad = new Named("bad", 0, below) {
            @Override
            public void dump(StorePath path, OutputStream out) throws IOException {
                out.write(1);
                throw new StoreException("the archive is damaged");
            }
        };
        Named good = new Named("good", 1, below);
        assertThat(of(bad, good).fetch(List.of(below.path()), store, 1)).containsEntry(below.path(), good);
        assertThat(told).containsExactly("bad: " + below.path() + " could not be fetched: the archive is damaged");
        assertThat(store.paths.get(below.path()).nar()).isEqualTo(below.nar());
    }

    @Test
    void aSourceThatCannotAnswerIsToldOfOnceAndNotAskedAgain() throws Exception {
        List<StorePath> asked = new ArrayList<>();
        Named broken = new Named("broken", 0, top) {
            @Override
            public Optional<PathInfo> queryPathInfo(StorePath path) throws IOException {
                asked.add(path);
                throw new IOException("connection refused");
            }
        };
        Named good = new Named("good", 1, top, below);
        Substituters substituters = of(broken, good);
        substituters.fetch(List.of(top.path()), store, 1);
        assertThat(asked).hasSize(1);
        assertThat(told).containsExactly("broken: java.io.IOException: connection refused; it is not asked again");
    }

    @Test
    void aSourceThatIsWrongAboutOnePathIsAskedForOthers() {
        Named wrong = new Named("wrong", 0, top, below) {
            @Override
            public Optional<PathInfo> queryPathInfo(StorePath path) throws IOException {
                if (path.equals(top.path())) {
                    throw new StoreException("narinfo line 3: what is this?");
                }
                return super.queryPathInfo(path);
            }
        };
        Substituters substituters = of(wrong);
        assertThat(substituters.find(top.path())).isEmpty();
        assertThat(substituters.find(below.path())).isPresent();
        assertThat(told).containsExactly("wrong: narinfo line 3: what is this?");
    }

    @Test
    void whatNobodyHasIsNamed() {
        Collection<StorePath> wanted = List.of(top.path());
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> of(new Named("one", 0, top)).fetch(wanted, store, 1))
                .withMessage("no substituter has a trusted " + below.path() + "; asked were [one]");
        assertThat(store.paths).isEmpty();
    }
}
