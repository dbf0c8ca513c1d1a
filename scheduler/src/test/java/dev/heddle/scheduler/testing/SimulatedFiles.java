package dev.heddle.scheduler.testing;

import dev.heddle.scheduler.SharedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Files of a {@link Simulation}: they have names, links and content, and nothing else. On a bad day a link is told to have failed that
 * was made, as NFS may do.
 *
 * <p>Belongs to the engine's thread once the build runs.
 */
final class SimulatedFiles implements SharedFiles {

    private static final int LIES_PERCENT = 30;

    private static final class Content {
        final byte[] bytes;
        int links = 1;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private final Map<Path, Content> files = new TreeMap<>();
    private final SplittableRandom luck;
    private final boolean lies;

    /**
     * @param lies whether links may be told to have failed that were made
     */
    SimulatedFiles(SplittableRandom luck, boolean lies) {
        this.luck = luck;
        this.lies = lies;
    }

    private Content find(Path file) throws NoSuchFileException {
        Content found = files.get(file);
        if (found == null) {
            throw new NoSuchFileException(file.toString());
        }
        return found;
    }

    /** The text of a file; empty if there is none. */
    String text(Path file) {
        Content found = files.get(file);
        return found == null ? "" : new String(found.bytes, StandardCharsets.UTF_8);
    }

    /** Writes a file, in the place of one that is there. */
    void write(Path file, String text) {
        files.put(file, new Content(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** All files that there are. */
    List<Path> all() {
        return new ArrayList<>(files.keySet());
    }

    @Override
    public boolean exists(Path file) {
        return files.containsKey(file);
    }

    @Override
    public void makeDirectory(Path directory) {}

    @Override
    public void create(Path file, byte[] content) throws IOException {
        if (files.putIfAbsent(file, new Content(content.clone())) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }

    @Override
    public void link(Path further, Path file) throws IOException {
        Content content = find(file);
        if (files.putIfAbsent(further, content) != null) {
            throw new FileAlreadyExistsException(further.toString());
        }
        content.links++;
        if (lies && luck.nextInt(100) < LIES_PERCENT) {
            throw luck.nextBoolean()
                    ? new FileAlreadyExistsException(further.toString())
                    : new IOException("the answer was lost");
        }
    }

    @Override
    public int links(Path file) throws IOException {
        return find(file).links;
    }

    @Override
    public void replace(Path file, Path name) throws IOException {
        Content content = find(file);
        remove(name);
        files.remove(file);
        files.put(name, content);
    }

    @Override
    public boolean remove(Path file) {
        Content gone = files.remove(file);
        if (gone != null) {
            gone.links--;
        }
        return gone != null;
    }

    @Override
    public String oddity(Path file) throws IOException {
        return find(file).links > 0 ? "" : "nothing";
    }

    @Override
    public byte[] read(Path file, int most) throws IOException {
        byte[] bytes = find(file).bytes;
        return Arrays.copyOf(bytes, Math.min(most, bytes.length));
    }

    @Override
    public List<Path> list(Path directory, String beginning) {
        return files.keySet().stream()
                .filter(file -> directory.equals(file.getParent())
                        && file.getFileName().toString().startsWith(beginning))
                .toList();
    }

    @Override
    public long changed(Path file) throws IOException {
        return find(file).links;
    }

    @Override
    public boolean alone(Path guard, Deed deed) {
        try {
            deed.run();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
