package dev.heddle.logmux;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a multiplexer records. */
sealed interface JournalPlace {

    /** Opens the journal. */
    JournalOpening open() throws IOException;

    /** The file, if it is one. */
    default @Nullable Path path() {
        return null;
    }

    /** The file that is there for people when the build is over, if there is one. */
    default @Nullable Path kept() {
        return path();
    }

    /** In memory, at most so many bytes. */
    record Memory(long limitBytes) implements JournalPlace {
        @Override
        public JournalOpening open() {
            return JournalOpening.inMemory(limitBytes);
        }
    }

    /** In a file of its own, in place of one that is there. */
    record File(Path path) implements JournalPlace {
        @Override
        public JournalOpening open() throws IOException {
            return JournalOpening.create(path);
        }
    }

    /** In a file that goes when the build is over. */
    record Scratch(Path path) implements JournalPlace {
        @Override
        public JournalOpening open() throws IOException {
            return JournalOpening.create(path);
        }

        @Override
        public @Nullable Path kept() {
            return null;
        }
    }

    /** In a file, behind what is there. */
    record EndOfFile(Path path) implements JournalPlace {
        @Override
        public JournalOpening open() throws IOException {
            return JournalOpening.append(path);
        }
    }
}
