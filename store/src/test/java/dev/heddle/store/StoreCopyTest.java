package dev.heddle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.core.derivation.StorePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCopyTest {

    private final Random random = new Random(22);

    @TempDir
    Path dir;

    /** Paths in memory; what a sink is told is checked as a store does it. */
    static class Memory implements PathSource, PathSink {
        final Map<StorePath, SamplePath> paths = new ConcurrentHashMap<>();
        final AtomicInteger reads = new AtomicInteger();

        Memory(Collection<SamplePath> paths) {
            paths.forEach(path -> this.paths.put(path.path(), path));
        }

        @Override
        public String storeDirectory() {
            return SamplePath.STORE;
        }

        @Override
        public Optional<PathInfo> queryPathInfo(StorePath path) throws IOException {
            return Optional.ofNullable(paths.get(path)).map(SamplePath::info);
        }

        @Override
        public Optional<StorePath> queryPathFromHashPart(String hashPart) {
            return Optional.empty();
        }

        @Override
        public void dump(StorePath path, OutputStream out) throws IOException {
            reads.incrementAndGet();
            out.write(paths.get(path).nar());
        }

        @Override
        public SortedSet<StorePath> queryValid(Collection<StorePath> asked) {
            SortedSet<StorePath> valid = new TreeSet<>(asked);
            valid.retainAll(paths.keySet());
            return valid;
        }

        @Override
        public void add(PathInfo info, InputStream nar) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            nar.transferTo(bytes);
            Set<StorePath> missing = new HashSet<>(info.references());
            missing.removeAll(paths.keySet());
            missing.remove(info.path());
            if (!missing.isEmpty()) {
                throw new StoreException(info.path() + " refers to what is not valid: " + missing);
            }
            if (bytes.size() != info.narSize()) {
                throw new StoreException(info.path() + " has another size: " + bytes.size());
            }
            paths.put(info.path(), new SamplePath(info, bytes.toByteArray()));
        }

        @Override
        public String toString() {
            return "memory";
        }
    }

    @Test
    void aClosureIsCopiedReferencesFirstWhateverTheNumberOfThreads() throws Exception {
        List<SamplePath> all = SamplePath.graph(dir, random, 60);
        StorePath top = all.get(59).path();
        Set<StorePath> closure = closure(all, top);
        for (int atOnce : new int[] {1, 2, 7, 64}) {
            Memory from = new Memory(all);
            Memory to = new Memory(List.of());
            StoreCopy.Result result = StoreCopy.copy(from, to, List.of(top), atOnce);
            assertThat(to.paths).containsOnlyKeys(closure);
            assertThat(result.copied()).isEqualTo(closure.size());
            assertThat(result.present()).isZero();
            assertThat(from.reads).hasValue(closure.size());
            to.paths.forEach((path, copy) ->
                    assertThat(copy.nar()).isEqualTo(from.paths.get(path).nar()));
        }
    }

    private static Set<StorePath> closure(List<SamplePath> all, StorePath top) {
        Map<StorePath, SamplePath> byPath = new HashMap<>();
        all.forEach(path -> byPath.put(path.path(), path));
        Set<StorePath> closure = new HashSet<>();
        addClosure(byPath, top, closure);
        return closure;
    }

    private static void addClosure(Map<StorePath, SamplePath> all, StorePath path, Set<StorePath> into) {
        if (into.add(path)) {
            all.get(path).info().references().forEach(reference -> addClosure(all, reference, into));
        }
    }

    @Test
    void onlyWhatIsMissingIsReadAndNothingBehindWhatIsThere() throws Exception {
        SamplePath below = SamplePath.ofFile("below", dir, random, 10);
        SamplePath middle = SamplePath.ofFile("middle", dir, random, 10, below.path());
        SamplePath top = SamplePath.ofFile("top", dir, random, 10, middle.path());
        Memory from = new Memory(List.of(top));
        Memory to = new Memory(List.of(middle, below));
        assertThat(StoreCopy.copy(from, to, List.of(top.path()), 2))
                .isEqualTo(new StoreCopy.Result(1, top.info().narSize(), 1));
        assertThat(StoreCopy.copy(from, to, List.of(top.path()), 2)).isEqualTo(new StoreCopy.Result(0, 0, 1));
        assertThat(from.reads).hasValue(1);
    }

    @Test
    void aCopyThatFailedGoesOnWhereItWas() throws Exception {
        List<SamplePath> all = SamplePath.graph(dir, random, 40);
        Collection<StorePath> wanted = all.stream().map(SamplePath::path).toList();
        StorePath broken = all.get(20).path();
        Memory to = new Memory(List.of());
        Memory failing = new Memory(all) {
            @Override
            public void dump(StorePath path, OutputStream out) throws IOException {
                if (path.equals(broken)) {
                    out.write(paths.get(path).nar(), 0, 50);
                    throw new StoreException("the disk cannot be read");
                }
                super.dump(path, out);
            }
        };
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> StoreCopy.copy(failing, to, wanted, 4))
                .withMessageContaining("the disk cannot be read");
        assertThat(to.paths).isNotEmpty().doesNotContainKey(broken);
        int before = to.paths.size();
        Memory from = new Memory(all);
        assertThat(StoreCopy.copy(from, to, wanted, 4).copied()).isEqualTo(40 - before);
        assertThat(from.reads).hasValue(40 - before);
    }

    @Test
    void aPathThatTheSourceLacksIsNamed() throws Exception {
        SamplePath below = SamplePath.ofFile("below", dir, random, 10);
        SamplePath top = SamplePath.ofFile("top", dir, random, 10, below.path());
        Memory to = new Memory(List.of());
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> StoreCopy.copy(new Memory(List.of(top)), to, List.of(top.path()), 1))
                .withMessage("memory does not have " + below.path());
        assertThat(to.paths).isEmpty();
    }

    @Test
    void pathsThatReferToOneAnotherInACircleAreRefused() throws Exception {
        SamplePath one = SamplePath.ofFile("one", dir, random, 10);
        SamplePath two = SamplePath.ofFile("two", dir, random, 10, one.path());
        PathInfo info = PathInfo.of(one.path(), one.info().narHash(), one.info().narSize(), List.of(two.path()));
        Memory from = new Memory(List.of(new SamplePath(info, one.nar()), two));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> StoreCopy.copy(from, new Memory(List.of()), List.of(two.path()), 1))
                .withMessageContaining("2 paths refer to one another in a circle");
    }

    @Test
    void severalPathsAreUnderWayAtOnceAndNoMoreThanAllowed() throws Exception {
        List<SamplePath> all = List.of(
                SamplePath.ofFile("a", dir, random, 10),
                SamplePath.ofFile("b", dir, random, 10),
                SamplePath.ofFile("c", dir, random, 10),
                SamplePath.ofFile("d", dir, random, 10));
        CountDownLatch three = new CountDownLatch(3);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Memory from = new Memory(all) {
            @Override
            public void dump(StorePath path, OutputStream out) throws IOException {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                three.countDown();
                try {
                    three.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                running.decrementAndGet();
                super.dump(path, out);
            }
        };
        StoreCopy.copy(
                from, new Memory(List.of()), all.stream().map(SamplePath::path).toList(), 3);
        assertThat(most).hasValue(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreCopy.copy(from, new Memory(List.of()), List.of(), 0));
    }

    @Test
    void anInterruptedCopyLeavesNoThreadBehind() throws Exception {
        SamplePath path = SamplePath.ofFile("slow", dir, random, 10);
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        Memory from = new Memory(List.of(path)) {
            @Override
            public void dump(StorePath asked, OutputStream out) throws IOException {
                started.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IOException("interrupted", e);
                }
            }
        };
        AtomicInteger interrupted = new AtomicInteger();
        Thread copying = new Thread(() -> {
            try {
                StoreCopy.copy(from, new Memory(List.of()), List.of(path.path()), 1);
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        copying.start();
        started.await();
        copying.interrupt();
        copying.join();
        assertThat(interrupted).hasValue(1);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("heddle-copy"));
    }

    @Test
    void whatIsLargerThanThePipeGoesThrough() throws Exception {
        SamplePath large = SamplePath.ofFile("large", dir, random, 3_000_000);
        Memory to = new Memory(List.of());
        StoreCopy.copy(new Memory(List.of(large)), to, List.of(large.path()), 2);
        assertThat(to.paths.get(large.path()).nar()).isEqualTo(large.nar());
    }

    @Test
    void aSinkThatStopsReadingEndsTheSource() throws Exception {
        SamplePath large = SamplePath.ofFile("large", dir, random, 3_000_000);
        Memory from = new Memory(List.of(large));
        Memory to = new Memory(List.of()) {
            @Override
            public void add(PathInfo info, InputStream nar) throws IOException {
                nar.readNBytes(100);
                throw new StoreException("no space left");
            }
        };
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> StoreCopy.copy(from, to, List.of(large.path()), 2))
                .withMessage("no space left");
    }
}
