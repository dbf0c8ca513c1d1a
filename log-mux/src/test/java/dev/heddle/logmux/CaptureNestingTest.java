package dev.heddle.logmux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Captures over and under one another, and what is left when they are closed. */
class CaptureNestingTest extends CapturedHost {

    @Test
    void capturesClosedInAnyOrderGiveTheVeryStreamsBack() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < 40; round++) {
            int count = 2 + random.nextInt(4);
            List<OutputMultiplexer> muxes = new ArrayList<>();
            List<SystemCapture> captures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                muxes.add(mux("m" + i));
                captures.add(SystemCapture.into(muxes.get(i)));
                System.out.println("on top " + i);
            }
            List<Integer> open = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                open.add(i);
            }
            while (!open.isEmpty()) {
                captures.get(open.remove(random.nextInt(open.size()))).close();
                System.out.println("said with " + open.size());
            }
            assertThat(System.out).isSameAs(hostOut);
            assertThat(System.err).isSameAs(hostErr);
            muxes.forEach(OutputMultiplexer::close);
            String all = "";
            for (int i = 0; i < count; i++) {
                assertThat(engine("m" + i)).startsWith("on top " + i + "\n");
                all += engine("m" + i);
            }
            for (int left = 1; left < count; left++) {
                assertThat(all).containsOnlyOnce("said with " + left);
            }
        }
        assertThat(host.toString(ISO_8859_1)).isEqualTo("said with 0\n".repeat(40));
    }

    @Test
    void jobsOfSeveralCapturesGetWhatTheirThreadsPrintWhicheverIsOnTop() throws Exception {
        try (OutputMultiplexer low = mux("low");
                OutputMultiplexer high = mux("high");
                SystemCapture under = SystemCapture.into(low);
                SystemCapture over = SystemCapture.into(high);
                Stranger top = new Stranger("top")) {
            OutputSource first = low.open("first", null);
            OutputSource second = high.open("second", null);
            try (SystemCapture.Scope scope = under.enter(first)) {
                assertThat(scope).isNotNull();
                System.out.println("of the first");
                Thread child = new Thread(() -> System.err.println("of its thread"));
                child.start();
                child.join();
            }
            try (SystemCapture.Scope scope = over.enter(second)) {
                assertThat(scope).isNotNull();
                System.out.println("of the second");
            }
            System.out.println("of nobody");
            top.capture.close();
            first.finish(0);
            second.finish(0);
        }
        assertThat(said("low", "first")).isEqualTo("of the first\nof its thread\n");
        assertThat(said("high", "second")).isEqualTo("of the second\n");
        assertThat(engine("low")).isEmpty();
        assertThat(engine("high")).isEmpty();
        assertThat(engine("top")).isEqualTo("of nobody\n");
        assertThat(host.size()).isZero();
    }

    @Test
    void whatAClosedCaptureHandsOnHasTheEncodingOfTheStreamBehindIt() throws Exception {
        try (OutputMultiplexer mux = mux("a")) {
            SystemCapture capture = SystemCapture.into(mux);
            PrintStream kept = System.out;
            kept.print("é");
            capture.close();
            capture.close();
            kept.print("é");
            kept.write(new byte[] {7});
        }
        assertThat(engine("a")).isEqualTo("é");
        assertThat(host.toByteArray()).isEqualTo(new byte[] {(byte) 0xE9, 7});
    }

    @Test
    void aSinkThatPrintsWhatItIsGivenDoesNotCallItself() throws Exception {
        Sink printing = new Sink() {
            @Override
            public void write(Group group) throws IOException {
                group.read((bytes, from, length) -> System.out.write(bytes, from, length));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                        .strategy(GroupingStrategy.line())
                        .to(printing)
                        .build();
                SystemCapture capture = SystemCapture.into(mux)) {
            assertThat(capture).isNotNull();
            System.out.println("once");
            assertThat(mux.drain()).isTrue();
        }
        assertThat(host.toString(ISO_8859_1)).isEqualTo("once\n");
    }

    @Test
    void aStreamThatAStrangerPutOnTopStaysThere() throws Exception {
        try (OutputMultiplexer mux = mux("a")) {
            SystemCapture capture = SystemCapture.into(mux);
            PrintStream strangers = new PrintStream(System.out, true, UTF_8);
            System.setOut(strangers);
            capture.close();
            assertThat(System.out).isSameAs(strangers);
            System.out.println("through both");
            System.setOut(hostOut);
        }
        assertThat(host.toString(ISO_8859_1)).isEqualTo("through both\n");
    }

    /** Heddle as another class loader has it. */
    private final class Stranger implements AutoCloseable {
        final URLClassLoader loader;
        final AutoCloseable mux;
        final AutoCloseable capture;

        Stranger(String journal) throws Exception {
            URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Stranger::url)
                    .toArray(URL[]::new);
            loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
            Class<?> muxClass = loader.loadClass(OutputMultiplexer.class.getName());
            assertThat(muxClass).isNotSameAs(OutputMultiplexer.class);
            Object builder = muxClass.getMethod("builder").invoke(null);
            builder.getClass().getMethod("journal", Path.class).invoke(builder, directory.resolve(journal));
            mux = (AutoCloseable) builder.getClass().getMethod("build").invoke(builder);
            capture = (AutoCloseable) loader.loadClass(SystemCapture.class.getName())
                    .getMethod("into", muxClass)
                    .invoke(null, mux);
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                mux.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
            loader.close();
        }
    }

    @Test
    void copiesOfHeddleInSeveralClassLoadersDoNotDisturbOneAnother() throws Exception {
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int[] order : orders) {
            try (Stranger first = new Stranger("first");
                    OutputMultiplexer own = mux("own")) {
                SystemCapture capture = SystemCapture.into(own);
                try (Stranger last = new Stranger("last")) {
                    System.out.println("at the last");
                    List<AutoCloseable> captures = List.of(first.capture, capture, last.capture);
                    for (int index : order) {
                        captures.get(index).close();
                        System.out.println("after " + index);
                    }
                }
            }
            assertThat(System.out).isSameAs(hostOut);
            assertThat(System.err).isSameAs(hostErr);
            assertThat(engine("last")).startsWith("at the last\n");
            String all = engine("first") + engine("own") + engine("last");
            assertThat(all).containsOnlyOnce("after " + order[0]).containsOnlyOnce("after " + order[1]);
            assertThat(host.toString(ISO_8859_1)).isEqualTo("after " + order[2] + "\n");
            host.reset();
        }
    }
}
