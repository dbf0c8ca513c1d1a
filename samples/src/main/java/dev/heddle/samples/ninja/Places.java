package dev.heddle.samples.ninja;

import java.io.IOException;

/**
 * Tells where in the manifest files something was said, long after they were parsed.
 *
 * <p>Only an offset is kept of each place; its line and column are counted when an error needs them, in the file as it is
 * then.
 */
final class Places {

    private final Disk disk;

    Places(Disk disk) {
        this.disk = disk;
    }

    /** An error at an offset of a file, with the line it is in. */
    NinjaException error(String file, int offset, String what) {
        try {
            return text(file).error(offset, what);
        } catch (IOException | NinjaException e) {
            return new NinjaException(Raw.text(file) + ": " + what);
        }
    }

    /** File, line and column of an offset. */
    String at(String file, int offset) {
        try {
            return text(file).place(offset);
        } catch (IOException | NinjaException e) {
            return Raw.text(file);
        }
    }

    private ManifestText text(String file) throws IOException, NinjaException {
        return ManifestText.read(disk.path(file), Raw.text(file));
    }
}
