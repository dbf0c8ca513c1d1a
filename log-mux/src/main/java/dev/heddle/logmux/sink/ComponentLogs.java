package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import dev.heddle.core.FailureText;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.FilePlace;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Many text files in a folder, such as one for each component, as {@link TextRenderer} forms them. {@link LogPlaces} says which.
 *
 * <p><b>Open files.</b> At most {@value #MOST_OPEN} at once. A log that has its file open is written whenever nothing more is at
 * hand; another one when {@value #PIECE} bytes of it have come together, when a job of it ends, or when all that waits is more
 * than {@value #MOST_PENDING} bytes. So a file is not opened for every line.
 *
 * <p><b>Failure.</b> A file that cannot be written, such as one in whose place there is a directory, or below a folder that is a
 * link, is given up; the others go on, and {@link #close} throws what was wrong with the first.
 *
 * <p><b>Memory.</b> What waits, the names of all files, and for each that has an open job its unfinished lines, of
 * which {@link Screen} keeps up to 128 KiB.
 */
final class ComponentLogs implements Sink {

    /** Most files that are open at once. */
    static final int MOST_OPEN = 16;
    /** How much of a log whose file is not open comes together before it is opened. */
    static final int PIECE = 8 * 1024;
    /** How much all logs together may keep waiting. */
    static final long MOST_PENDING = 4L * 1024 * 1024;

    private static final TextRenderer.Form FORM = TextRenderer.Form.of(false);

    /** A file of which jobs are open. */
    private final class Log {
        private final String key;
        private final Path file;
        private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
        private final TextRenderer renderer = new TextRenderer(new Pending(this), FORM);
        private final Set<Integer> jobs = new HashSet<>();

        Log(String key) {
            this.key = key;
            this.file = places.file(key);
        }

        void take(byte[] bytes, int from, int length) {
            dirty.add(this);
            pending.write(bytes, from, length);
            waiting += length;
            if (pending.size() >= PIECE) {
                writeOut();
            }
        }

        void writeOut() {
            if (dirty.remove(this)) {
                byte[] bytes = pending.toByteArray();
                pending.reset();
                waiting -= bytes.length;
                ComponentLogs.this.write(this, bytes);
            }
        }
    }

    private void write(Log log, byte[] bytes) {
        if (broken.contains(log.file)) {
            return;
        }
        boolean first = begun.add(log.file);
        try {
            if (!files.isOpen(log.file)) {
                refuseLinksAbove(log.file);
            }
            if (first) {
                Files.createDirectories(folderOf(log.file));
                // What an earlier build left may be a link to anywhere.
                if (Files.isSymbolicLink(log.file)) {
                    Files.delete(log.file);
                }
            }
            files.write(log.file, first, bytes, bytes.length);
        } catch (IOException e) {
            giveUp(log.file, e);
            return;
        }
        if (first) {
            places.links(log.key).forEach(link -> link(link, log.file));
        }
    }

    private void link(Path link, Path file) {
        try {
            Path folder = Files.createDirectories(folderOf(link));
            if (Files.isSymbolicLink(link)) {
                Files.delete(link);
            }
            Files.createSymbolicLink(link, folder.relativize(file));
        } catch (IOException e) {
            giveUp(link, e);
        } catch (UnsupportedOperationException e) {
            giveUp(link, new IOException("there are no links here", e));
        }
    }

    /** A folder that is a link may lead anywhere; only those that stand in the directory itself may be links. */
    private void refuseLinksAbove(Path file) throws IOException {
        Path below = directory.relativize(file);
        for (int parts = 2; parts < below.getNameCount(); parts++) {
            Path folder = directory.resolve(below.subpath(0, parts));
            if (Files.isSymbolicLink(folder)) {
                throw new FileSystemException(
                        folder.toString(), null, "the folder " + folder + " is a link; put a folder in its place");
            }
        }
    }

    private Path folderOf(Path file) {
        Path folder = file.getParent();
        return folder == null ? directory : folder;
    }

    private void giveUp(Path file, IOException why) {
        broken.add(file);
        problem = problem == null ? FailureText.of(why) : problem;
    }

    private static final class Pending extends OutputStream {
        private final Log log;

        Pending(Log log) {
            this.log = log;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            log.take(bytes, from, length);
        }
    }

    private final Path directory;
    private final LogPlaces places;
    private final FilePlace place;
    private final OpenFiles files = new OpenFiles(MOST_OPEN);
    private final Map<String, Log> logs = new HashMap<>();
    /** Those of which something waits, the longest first. */
    private final Set<Log> dirty = new LinkedHashSet<>();

    private final Set<Path> begun = new HashSet<>();
    /** Those that could not be written, the first of them first. */
    private final Set<Path> broken = new LinkedHashSet<>();
    /** What is wrong with the first of them. */
    private @Nullable String problem;

    private long waiting;

    /** A file for each component. */
    ComponentLogs(Path directory) throws IOException {
        this(directory, LogPlaces.ofComponents(directory));
    }

    ComponentLogs(Path directory, LogPlaces places) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.places = places;
        this.place = FilePlace.of(directory);
    }

    @Override
    public void write(Group group) throws IOException {
        JobInfo job = group.job();
        if (job == null || !FORM.visibility().shows(group)) {
            return;
        }
        Log log = logs.computeIfAbsent(places.key(job), Log::new);
        log.jobs.add(group.source());
        log.renderer.write(group);
        log.renderer.flush(false);
        if (waiting > MOST_PENDING) {
            // Those that wait longest, and not all, which would take long.
            while (waiting > MOST_PENDING / 4 * 3) {
                dirty.iterator().next().writeOut();
            }
        }
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        if (job == null) {
            return;
        }
        String key = places.key(job);
        if (!logs.containsKey(key) && !ending.isFailure()) {
            return;
        }
        Log log = logs.computeIfAbsent(key, Log::new);
        log.renderer.ended(source, job, ending);
        log.renderer.flush(false);
        log.jobs.remove(source);
        if (log.jobs.isEmpty()) {
            log.renderer.finish();
            logs.remove(key);
        }
        log.writeOut();
    }

    @Override
    public boolean minds(Channel channel) {
        return FORM.minds(channel);
    }

    @Override
    public boolean mindsEvents() {
        return false;
    }

    @Override
    public void flush() {
        for (Log log : List.copyOf(dirty)) {
            if (files.isOpen(log.file)) {
                log.writeOut();
            }
        }
    }

    /** How often a file was opened. */
    long openings() {
        return files.openings();
    }

    @Override
    public void close() throws IOException {
        try (files) {
            for (Log log : logs.values()) {
                log.renderer.finish();
                log.writeOut();
            }
        }
        place.check();
        if (problem != null) {
            int more = broken.size() - 1;
            String rest = more == 0 ? "" : "; " + more + " more cannot be written either";
            throw new FileSystemException(broken.iterator().next().toString(), null, problem + rest);
        }
    }

    @Override
    public boolean leavesPart() {
        return place.isThere();
    }

    @Override
    public Path file() {
        return directory;
    }

    @Override
    public String toString() {
        return "the logs of " + places.plural() + " in " + directory;
    }
}
