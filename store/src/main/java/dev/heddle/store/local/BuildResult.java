package dev.heddle.store.local;

import dev.heddle.core.Outcome;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** How a build ended. A build that fails is a result, not an exception. */
public sealed interface BuildResult {

    /** The store path of the derivation's text. */
    StorePath derivation();

    /** Whether the outputs are valid and, where that was asked for, confirmed. */
    default boolean isSuccess() {
        return true;
    }

    /** What {@code nix-store --realise} would exit with: 0, or that of the {@link Failure}. */
    default int exitCode() {
        return 0;
    }

    /** One line for people or, for a failure, several. */
    String summary();

    /** The same for whoever ran the build as a job. */
    Outcome outcome();

    /**
     * It was built; in the mode {@code REPAIR}, what was missing or corrupt was made again as it had been.
     *
     * @param outputs what was made and registered, by name; what was valid and whole before is not among them
     * @param elapsed the time from the start of the builder to its end
     */
    record Built(StorePath derivation, SortedMap<String, PathInfo> outputs, Duration elapsed) implements BuildResult {
        /** Copies the map. */
        public Built {
            outputs = Collections.unmodifiableSortedMap(new TreeMap<>(outputs));
        }

        @Override
        public String summary() {
            return "built " + derivation;
        }

        @Override
        public Outcome outcome() {
            return new Outcome.Succeeded(elapsed);
        }
    }

    /**
     * There was nothing to do: all outputs are valid.
     *
     * @param outputs their paths, by name
     */
    record AlreadyValid(StorePath derivation, SortedMap<String, StorePath> outputs) implements BuildResult {
        /** Copies the map. */
        public AlreadyValid {
            outputs = Collections.unmodifiableSortedMap(new TreeMap<>(outputs));
        }

        @Override
        public String summary() {
            return "the outputs of " + derivation + " are valid";
        }

        @Override
        public Outcome outcome() {
            return new Outcome.UpToDate(summary());
        }
    }

    /**
     * It was built again in the mode {@code CHECK}, and every output came out as it is registered.
     *
     * @param elapsed the time from the start of the builder to its end
     */
    record Confirmed(StorePath derivation, Duration elapsed) implements BuildResult {
        @Override
        public String summary() {
            return "built " + derivation + " again, with the same outputs";
        }

        @Override
        public Outcome outcome() {
            return new Outcome.Succeeded(elapsed);
        }
    }

    /**
     * It failed. Nothing was registered, but for outputs that a repair could make again as they were.
     *
     * @param failure what kind of failure
     * @param message what went wrong, with the facts
     * @param lastLines the last lines that the builder printed, at most {@value WatchedOutput#LAST_LINES}
     */
    record Failed(StorePath derivation, Failure failure, String message, List<String> lastLines)
            implements BuildResult {
        /** Copies the list. */
        public Failed {
            lastLines = List.copyOf(lastLines);
        }

        @Override
        public boolean isSuccess() {
            return false;
        }

        @Override
        public int exitCode() {
            return failure.exitCode();
        }

        @Override
        public String summary() {
            if (lastLines.isEmpty()) {
                return message;
            }
            return message + "; last " + lastLines.size() + " log lines:\n> " + String.join("\n> ", lastLines);
        }

        @Override
        public Outcome outcome() {
            return new Outcome.Failed("", new Outcome.FailureCause.Rejected(message), lastLines);
        }
    }

    /** Why a build failed, with the exit codes of {@code nix-store --realise}. */
    enum Failure {
        /** The builder ended with another exit code than 0, or by a signal. */
        BUILDER_FAILED(100),
        /** It took longer than allowed. */
        TIMED_OUT(101),
        /** It printed nothing for longer than allowed. */
        SILENT(101),
        /** A fixed output has another hash. */
        HASH_MISMATCH(102),
        /** Building again gave something else. */
        NOT_DETERMINISTIC(104),
        /** It printed more than allowed. */
        LOG_TOO_LONG(1),
        /** An output is missing, is something that a store cannot hold, or refers to what it must not. */
        OUTPUT_REJECTED(1),
        /** Something that it needs is not valid, and could not be made so. */
        INPUT_MISSING(1),
        /** This machine, or this store, cannot build such a derivation. */
        REFUSED(1),
        /** The builder could not be started, or its end is not known. */
        NOT_STARTED(1);

        private final int code;

        Failure(int code) {
            this.code = code;
        }

        /** 100 to 104 for what the derivation is to blame for, else 1. */
        public int exitCode() {
            return code;
        }
    }
}
