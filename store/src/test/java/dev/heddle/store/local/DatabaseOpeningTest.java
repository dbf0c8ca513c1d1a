package dev.heddle.store.local;

import static dev.heddle.store.local.DatabaseContract.info;
import static dev.heddle.store.local.DatabaseContract.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.store.StoreException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a database is opened: by whom, of which schema, where nothing can be written, and with which native library. */
class DatabaseOpeningTest {

    @TempDir
    Path directory;

    private StoreLayout layout() {
        return StoreLayout.in(directory.resolve("own"));
    }

    private StoreDatabase open() throws IOException {
        return SqliteDatabase.open(layout(), DatabaseSettings.NORMAL);
    }

    private StoreDatabase openToRead() throws IOException {
        return SqliteDatabase.open(layout(), DatabaseSettings.NORMAL.withReadOnly(true));
    }

    private void makeWithPath() throws IOException {
        try (StoreDatabase database = open()) {
            database.write(transaction -> {
                transaction.register(List.of(info(1)));
                return null;
            });
        }
    }

    @Test
    void newDatabaseHasTheFilesOfNix() throws IOException {
        open().close();
        Path db = layout().database();
        assertThat(Files.readString(db.resolve("schema"))).isEqualTo("10");
        assertThat(Files.size(db.resolve("reserved"))).isEqualTo(8 << 20);
        try (Stream<Path> files = Files.list(db)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("db.sqlite", "schema", "reserved");
        }
    }

    @Test
    @Tag("T26")
    void otherSchemaIsRefusedAndNothingIsChanged() throws IOException {
        makeWithPath();
        Path schema = layout().database().resolve("schema");
        for (String other : List.of("9", "11", "999999999")) {
            Files.writeString(schema, other);
            assertThatThrownBy(this::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("has schema " + other)
                    .hasMessageContaining("only schema 10");
            assertThat(Files.readString(schema)).isEqualTo(other);
        }
        for (String garbage : List.of("ten", "10\0", "-1", "1".repeat(100))) {
            Files.writeString(schema, garbage);
            assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("no number");
        }
        Files.writeString(schema, "10\n");
        try (StoreDatabase database = open()) {
            assertThat(database.isValid(path(1))).isTrue();
        }
    }

    @Test
    @Tag("T26")
    void schemaFileThatAPowerCutEmptiedIsWrittenAnewFromWhatTheTablesAre() throws IOException {
        makeWithPath();
        Path schema = layout().database().resolve("schema");
        Files.writeString(schema, "");
        try (StoreDatabase database = open()) {
            assertThat(database.isValid(path(1))).isTrue();
        }
        assertThat(Files.readString(schema)).isEqualTo("10");
        Files.delete(schema);
        open().close();
        assertThat(Files.readString(schema)).isEqualTo("10");
    }

    @Test
    @Tag("T26")
    void tablesOfAnotherProgramAreRefused() throws Exception {
        Files.createDirectories(layout().database());
        Path file = layout().database().resolve("db.sqlite");
        Files.createFile(file);
        SqliteLibrary.load(null);
        try (SqliteSession guix = SqliteSession.open(file, SqliteSession.Access.WRITE)) {
            guix.run("create table ValidPaths (id integer primary key, path text unique not null, hash text not null,"
                    + " registrationTime integer not null, deriver text, narSize integer);"
                    + " create table Refs (referrer integer, reference integer);"
                    + " create table FailedPaths (path text primary key not null, time integer not null)");
        }
        for (String schema : List.of("10", "")) {
            Files.writeString(layout().database().resolve("schema"), schema);
            assertThatThrownBy(this::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("no table DerivationOutputs");
        }
        assertThatThrownBy(this::openToRead).isInstanceOf(StoreException.class);
    }

    @Test
    @Tag("D03")
    void secondOpenerInAProcessIsRefusedByWhateverPathItComes() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), layout().database());
        StoreLayout other = new StoreLayout(
                "/nix/store", layout().real(), Files.createDirectories(directory.resolve("other")), layout().logs());
        try (StoreDatabase first = open()) {
            Files.createSymbolicLink(other.state().resolve("db"), link);
            assertThatThrownBy(this::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("open in this process already")
                    .hasMessageContaining("'app'");
            assertThatThrownBy(() -> SqliteDatabase.open(other, DatabaseSettings.NORMAL))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("open in this process already");
            assertThatThrownBy(this::openToRead).isInstanceOf(StoreException.class);
            assertThat(first.page(null, 1)).isEmpty();
        }
        open().close();
    }

    @Test
    @Tag("D03")
    void secondOpenerFromAnotherClassLoaderIsRefusedUntilTheFirstCloses() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader plugin =
                new URLClassLoader("plugin", urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            AutoCloseable there = openIn(plugin);
            assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("'plugin'");
            there.close();
            try (StoreDatabase here = open()) {
                assertThat(here.page(null, 1)).isEmpty();
                assertThatThrownBy(() -> openIn(plugin))
                        .isInstanceOf(InvocationTargetException.class)
                        .cause()
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("'app'");
            }
            openIn(plugin).close();
        }
    }

    private AutoCloseable openIn(ClassLoader loader) throws Exception {
        Class<?> layoutType = loader.loadClass(StoreLayout.class.getName());
        Class<?> settingsType = loader.loadClass(DatabaseSettings.class.getName());
        var normal = settingsType.getDeclaredField("NORMAL");
        normal.setAccessible(true);
        Method open =
                loader.loadClass(SqliteDatabase.class.getName()).getDeclaredMethod("open", layoutType, settingsType);
        open.setAccessible(true);
        Object there = layoutType.getMethod("in", Path.class).invoke(null, directory.resolve("own"));
        Object database = open.invoke(null, there, normal.get(null));
        Method close = loader.loadClass(StoreDatabase.class.getName()).getDeclaredMethod("close");
        close.setAccessible(true);
        return () -> close.invoke(database);
    }

    @Test
    void readOnlyOpeningAnswersAndRefusesToWrite() throws IOException {
        assertThatThrownBy(this::openToRead)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("there is no database");
        assertThat(layout().state()).doesNotExist();
        makeWithPath();
        try (StoreDatabase database = openToRead()) {
            assertThat(database.pathInfo(path(1))).contains(info(1));
            assertThatThrownBy(() -> database.write(transaction -> null))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("read-only");
        }
    }

    /** A shell line with a mount table of its own, and Java behind it. */
    private List<String> mounting(String line) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/unshare"))
                        && new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0,
                "mounts need root");
        return List.of("unshare", "-m", "sh", "-ec", line + "; exec \"$@\"", "sh");
    }

    @Test
    void storeOnAReadOnlyDiskAnswers() throws Exception {
        makeWithPath();
        String own = directory.resolve("own").toString();
        List<String> frozen = mounting("mount --bind " + own + " " + own + "; mount -o remount,bind,ro " + own);
        assertThat(DatabaseProbe.lines(frozen, List.of(), "list", own)).containsExactly("paths 1");
        assertThat(DatabaseProbe.lines(frozen, List.of(), "write", own, "1"))
                .singleElement()
                .asString()
                .startsWith("failed: ")
                .contains("read-only");
    }

    @Test
    void readerThatCannotLockSeesWhatOthersWrite() throws Exception {
        makeWithPath();
        String own = directory.resolve("own").toString();
        List<String> frozen = mounting("mount --bind " + own + " " + own + "; mount -o remount,bind,ro " + own);
        Process reader = DatabaseProbe.start(frozen, List.of(), "watch", own);
        try (BufferedReader lines = reader.inputReader()) {
            assertThat(next(lines, "paths")).isEqualTo("paths 1");
            try (StoreDatabase database = open()) {
                database.write(transaction -> {
                    transaction.register(List.of(info(2), info(3)));
                    return null;
                });
            }
            reader.getOutputStream().write('.');
            reader.getOutputStream().flush();
            assertThat(next(lines, "paths")).isEqualTo("paths 3");
            reader.getOutputStream().close();
            assertThat(reader.waitFor()).isZero();
        } finally {
            reader.destroyForcibly();
        }
    }

    private static String next(BufferedReader lines, String beginning) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = lines.readLine();
        }
        return String.valueOf(line);
    }

    @Test
    @Tag("D05")
    void libraryIsLoadedWhereTheTemporaryDirectoryForbidsExecutionAndNothingIsLeft() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        List<String> options = List.of("-Djava.io.tmpdir=" + temporary);
        String own = directory.resolve("own").toString();
        List<String> noexec = mounting("mount -t tmpfs -o noexec none " + temporary);
        assertThat(DatabaseProbe.lines(noexec, options, "write", own, "1")).containsExactly("valid 0");
        try (Stream<Path> left = Files.list(layout().own())) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("sqlite-"));
        }
        String state = layout().own().toString();
        List<String> everywhere =
                mounting("mount -t tmpfs -o noexec none " + temporary + "; mount -t tmpfs -o noexec none " + state);
        assertThat(DatabaseProbe.lines(everywhere, options, "write", own, "1"))
                .singleElement()
                .asString()
                .contains("cannot be loaded from " + state)
                .contains("noexec");
    }

    @Test
    @Tag("D05")
    void libraryIsNeitherTakenFromNorLeftInAPlaceOfOthers() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path dead = Files.createDirectories(layout().own().resolve("sqlite-999999999-1"));
        Path alive = Files.createDirectory(
                layout().own().resolve("sqlite-" + ProcessHandle.current().pid() + "-1"));
        Files.writeString(dead.resolve("libsqlite.so"), "left by a kill");
        List<String> options = List.of("-Djava.io.tmpdir=" + temporary);
        assertThat(DatabaseProbe.lines(
                        List.of(), options, "write", directory.resolve("own").toString(), "1"))
                .containsExactly("valid 0");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("D04")
    void writeThatAnotherProcessKeepsWaitingEndsWithTheCause(boolean interrupted) throws Exception {
        makeWithPath();
        Process other = DatabaseProbe.start(
                List.of(), List.of(), "hold", directory.resolve("own").toString());
        try {
            assertThat(next(other.inputReader(), "inside")).isEqualTo("inside");
            try (StoreDatabase database =
                    SqliteDatabase.open(layout(), DatabaseSettings.NORMAL.withBusyWait(Duration.ofSeconds(1)))) {
                assertThat(database.isValid(path(1))).as("readers do not wait").isTrue();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                    assertThatThrownBy(() -> database.write(transaction -> null))
                            .isInstanceOf(InterruptedIOException.class);
                    assertThat(Thread.interrupted()).isTrue();
                } else {
                    assertThatThrownBy(() -> database.write(transaction -> null))
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("another process is writing");
                }
                other.getOutputStream().close();
                other.waitFor();
                database.write(transaction -> {
                    transaction.register(List.of(info(2)));
                    return null;
                });
                assertThat(database.page(null, 9)).hasSize(2);
            }
        } finally {
            other.destroyForcibly();
        }
    }
}
