package dev.heddle.logmux.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A trace: one line of a {@linkplain GuixTraces Guix stream} by which the daemon, or a helper of it, tells what it does.
 *
 * <p>{@link #parse} and {@link #line} are the only reader and writer of the form. A field has no space and no end of line, the
 * text at the end of some traces has no end of line; the constructors refuse others.
 *
 * <p>{@code derivation} is always the full name of a {@code .drv} file, {@code item} of what a build makes; {@code output} is
 * {@code "-"} today, where an output's name once was; sizes are bytes.
 */
public sealed interface GuixTrace {

    /** The name, such as {@code build-started}. */
    String name();

    /** What stands behind the name. */
    List<String> fields();

    /** The line, without its end. */
    default String line() {
        return fields().isEmpty() ? "@ " + name() : "@ " + name() + " " + String.join(" ", fields());
    }

    /**
     * Reads a line. A trace whose name is not known or whose fields are not as they should be is {@link Other}.
     *
     * @param line the line without its end
     * @throws IllegalArgumentException if the line does not begin with {@code "@ "}, or has more than one line
     */
    static GuixTrace parse(String line) {
        return GuixFields.parse(line);
    }

    /**
     * A build has begun.
     *
     * @param logFile name of the file with its output; empty if there is none
     * @param pid process of the builder, or of the helper that has it built elsewhere; old daemons do not tell it
     */
    record BuildStarted(String derivation, String output, String system, String logFile, OptionalLong pid)
            implements GuixTrace {
        /** Checks the fields. */
        public BuildStarted {
            GuixFields.check(derivation, output, system, logFile);
        }

        @Override
        public String name() {
            return "build-started";
        }

        @Override
        public List<String> fields() {
            List<String> fields = new ArrayList<>(List.of(derivation, output, system, logFile));
            pid.ifPresent(number -> fields.add(Long.toString(number)));
            return List.copyOf(fields);
        }
    }

    /** A build has ended well. */
    record BuildSucceeded(String derivation, String output) implements GuixTrace {
        /** Checks the fields. */
        public BuildSucceeded {
            GuixFields.check(derivation, output);
        }

        @Override
        public String name() {
            return "build-succeeded";
        }

        @Override
        public List<String> fields() {
            return List.of(derivation, output);
        }
    }

    /**
     * A build has failed.
     *
     * @param code 1 if the builder failed or its outputs are wrong, 0 if it could not be started; missing if the message is
     *     {@code timeout} or {@code cached}
     * @param message what happened
     */
    record BuildFailed(String derivation, String output, OptionalInt code, String message) implements GuixTrace {
        /** Checks the fields. */
        public BuildFailed {
            GuixFields.check(derivation, output);
            GuixFields.checkText(message);
        }

        @Override
        public String name() {
            return "build-failed";
        }

        @Override
        public List<String> fields() {
            return GuixFields.withText(List.of(derivation, output), code, message);
        }
    }

    /**
     * The helper that should have had a build done elsewhere ended in a way it should not.
     *
     * @param status its status as {@code wait} tells it
     */
    record HookFailed(String derivation, String output, OptionalInt status, String message) implements GuixTrace {
        /** Checks the fields. */
        public HookFailed {
            GuixFields.check(derivation, output);
            GuixFields.checkText(message);
        }

        @Override
        public String name() {
            return "hook-failed";
        }

        @Override
        public List<String> fields() {
            return GuixFields.withText(List.of(derivation, output), status, message);
        }
    }

    /** A build is done on another machine. Written by a helper on the pipe of the builder. */
    record BuildRemote(String derivation, String host) implements GuixTrace {
        /** Checks the fields. */
        public BuildRemote {
            GuixFields.check(derivation, host);
        }

        @Override
        public String name() {
            return "build-remote";
        }

        @Override
        public List<String> fields() {
            return List.of(derivation, host);
        }
    }

    /** What was fetched or built is not what was announced. The hashes are in base 32, of MD5 in base 16. */
    record HashMismatch(String item, String algorithm, String expected, String actual) implements GuixTrace {
        /** Checks the fields. */
        public HashMismatch {
            GuixFields.check(item, algorithm, expected, actual);
        }

        @Override
        public String name() {
            return "hash-mismatch";
        }

        @Override
        public List<String> fields() {
            return List.of(item, algorithm, expected, actual);
        }
    }

    /** No machine can do a build. */
    record UnsupportedPlatform(String derivation, String platform) implements GuixTrace {
        /** Checks the fields. */
        public UnsupportedPlatform {
            GuixFields.check(derivation, platform);
        }

        @Override
        public String name() {
            return "unsupported-platform";
        }

        @Override
        public List<String> fields() {
            return List.of(derivation, platform);
        }
    }

    /**
     * Something is fetched in place of being built.
     *
     * @param program {@code substitute} today, where the name of a program once was
     */
    record SubstituterStarted(String item, String program) implements GuixTrace {
        /** Checks the fields. */
        public SubstituterStarted {
            GuixFields.check(item, program);
        }

        @Override
        public String name() {
            return "substituter-started";
        }

        @Override
        public List<String> fields() {
            return List.of(item, program);
        }
    }

    /** Something was fetched in place of being built. */
    record SubstituterSucceeded(String item) implements GuixTrace {
        /** Checks the fields. */
        public SubstituterSucceeded {
            GuixFields.check(item);
        }

        @Override
        public String name() {
            return "substituter-succeeded";
        }

        @Override
        public List<String> fields() {
            return List.of(item);
        }
    }

    /**
     * Something could not be fetched.
     *
     * @param status missing if the message is {@code timeout}
     */
    record SubstituterFailed(String item, OptionalInt status, String message) implements GuixTrace {
        /** Checks the fields. */
        public SubstituterFailed {
            GuixFields.check(item);
            GuixFields.checkText(message);
        }

        @Override
        public String name() {
            return "substituter-failed";
        }

        @Override
        public List<String> fields() {
            return GuixFields.withText(List.of(item), status, message);
        }
    }

    /**
     * A download has begun.
     *
     * @param size missing if it is not known
     */
    record DownloadStarted(String item, String uri, OptionalLong size) implements GuixTrace {
        /** Checks the fields. */
        public DownloadStarted {
            GuixFields.check(item, uri);
        }

        @Override
        public String name() {
            return "download-started";
        }

        @Override
        public List<String> fields() {
            return List.of(item, uri, GuixFields.size(size));
        }
    }

    /**
     * A download goes on.
     *
     * @param size missing if it is not known
     * @param transferred how much is there
     */
    record DownloadProgress(String item, String uri, OptionalLong size, long transferred) implements GuixTrace {
        /** Checks the fields. */
        public DownloadProgress {
            GuixFields.check(item, uri);
        }

        @Override
        public String name() {
            return "download-progress";
        }

        @Override
        public List<String> fields() {
            return List.of(item, uri, GuixFields.size(size), Long.toString(transferred));
        }
    }

    /** A download has ended well. */
    record DownloadSucceeded(String item, String uri, OptionalLong size) implements GuixTrace {
        /** Checks the fields. */
        public DownloadSucceeded {
            GuixFields.check(item, uri);
        }

        @Override
        public String name() {
            return "download-succeeded";
        }

        @Override
        public List<String> fields() {
            return List.of(item, uri, GuixFields.size(size));
        }
    }

    /**
     * The head of a fragment. {@link GuixReader} keeps it to itself.
     *
     * @param keyword under which name it is written
     * @param pid process of the builder
     * @param length how many bytes follow
     */
    record BuildLog(GuixTraces.Keyword keyword, long pid, int length) implements GuixTrace {
        /** Checks that the numbers are not negative. */
        public BuildLog {
            if (pid < 0 || length < 0) {
                throw new IllegalArgumentException("not negative: process " + pid + ", length " + length);
            }
        }

        @Override
        public String name() {
            return keyword.text();
        }

        @Override
        public List<String> fields() {
            return List.of(Long.toString(pid), Integer.toString(length));
        }
    }

    /** A trace that is not known, or whose fields are not as they should be. */
    record Other(String name, List<String> fields) implements GuixTrace {
        /** Checks the fields and copies them. */
        public Other {
            fields = List.copyOf(fields);
            GuixFields.check(name);
            fields.forEach(GuixFields::check);
        }
    }
}
