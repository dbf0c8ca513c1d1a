package dev.heddle.logmux.sink;

import dev.heddle.logmux.Sink;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The types of log that can be asked for by name. */
enum LogTypes {
    /** Lines with heads between tasks. */
    TEXT(".log") {
        @Override
        Sink sink(Path file) throws IOException {
            return Sinks.text(file);
        }
    },
    /** A report. */
    HTML(".html") {
        @Override
        Sink sink(Path file) throws IOException {
            return Sinks.html(file);
        }
    },
    /** A document. */
    RTF(".rtf") {
        @Override
        Sink sink(Path file) throws IOException {
            return Sinks.rtf(file);
        }
    },
    /** Lines of JSON. */
    JSON(".jsonl") {
        @Override
        Sink sink(Path file) throws IOException {
            return Sinks.jsonLines(file);
        }
    };

    private final String suffix;

    LogTypes(String suffix) {
        this.suffix = suffix;
    }

    abstract Sink sink(Path file) throws IOException;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        List<String> words = new ArrayList<>();
        for (LogTypes type : values()) {
            words.add(type.word());
        }
        return words;
    }

    static SinkFactory factory(String name, ClassLoader classes) {
        for (LogTypes type : values()) {
            if (type.word().equals(name)) {
                return (directory, file) -> type.sink(directory.resolve(file + type.suffix));
            }
        }
        if (name.indexOf('.') < 0) {
            throw new IllegalArgumentException("no log is of type '" + EngineLines.name(name) + "'; there are "
                    + String.join(", ", words()) + ", and classes by their full name");
        }
        return ofClass(name, classes);
    }

    private static SinkFactory ofClass(String name, ClassLoader classes) {
        String shown = EngineLines.name(name);
        try {
            Class<?> type = Class.forName(name, true, classes);
            if (!SinkFactory.class.isAssignableFrom(type)) {
                throw new IllegalArgumentException(
                        "the class " + shown + " does not implement " + SinkFactory.class.getName());
            }
            return (SinkFactory) type.getConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("there is no class " + shown + " on the class path", e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("the constructor of " + shown + " has failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(
                    "the class " + shown + " needs to be public, with a public constructor without parameters: " + e,
                    e);
        }
    }
}
