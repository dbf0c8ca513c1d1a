package dev.heddle.core;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.core.Command.Stdin;
import dev.heddle.core.json.JsonInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Commands as JSON; {@code docs/graph-json.md} describes the form. */
final class CommandJson {

    private static final String[] FIELDS = {
        "argv", "shell", "directory", "environment", "cleanEnvironment", "stdin", "expectedExitCodes", "capture"
    };

    private CommandJson() {}

    static void write(Command command, JsonGenerator json) throws IOException {
        json.writeStartObject();
        if (command.isShell()) {
            json.writeStringField("shell", command.argv().get(0));
        } else {
            writeStrings(json, "argv", command.argv());
        }
        Path directory = command.directory().orElse(null);
        if (directory != null) {
            json.writeStringField("directory", directory.toString());
        }
        if (!command.environment().isEmpty()) {
            json.writeObjectFieldStart("environment");
            for (Map.Entry<String, @Nullable String> variable :
                    command.environment().entrySet()) {
                json.writeStringField(variable.getKey(), variable.getValue());
            }
            json.writeEndObject();
        }
        if (command.isCleanEnvironment()) {
            json.writeBooleanField("cleanEnvironment", true);
        }
        writeStdin(command.stdin(), json);
        if (!command.expectedExitCodes().equals(Set.of(0))) {
            json.writeArrayFieldStart("expectedExitCodes");
            for (int code : command.expectedExitCodes()) {
                json.writeNumber(code);
            }
            json.writeEndArray();
        }
        if (command.capture() != Command.Capture.MERGED) {
            json.writeStringField("capture", command.capture().name().toLowerCase(Locale.ROOT));
        }
        json.writeEndObject();
    }

    private static void writeStdin(Stdin stdin, JsonGenerator json) throws IOException {
        if (stdin instanceof Stdin.None) {
            return;
        }
        json.writeObjectFieldStart("stdin");
        if (stdin instanceof Stdin.Text text) {
            json.writeStringField("text", text.content());
        } else if (stdin instanceof Stdin.File file) {
            json.writeStringField("file", file.path().toString());
        }
        json.writeEndObject();
    }

    static void writeStrings(JsonGenerator json, String field, Iterable<String> values) throws IOException {
        json.writeArrayFieldStart(field);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    static Command read(JsonInput json) throws IOException {
        Command base = null;
        List<UnaryOperator<Command>> changes = new ArrayList<>();
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "argv", "shell" -> {
                    if (base != null) {
                        throw json.error("a command has either \"argv\" or \"shell\", not both");
                    }
                    base = field.equals("argv") ? Command.of(json.strings()) : Command.shell(json.string());
                }
                case "directory" -> {
                    Path directory = Path.of(json.string());
                    changes.add(command -> command.in(directory));
                }
                case "environment" -> readEnvironment(json, changes);
                case "cleanEnvironment" -> {
                    if (json.bool()) {
                        changes.add(Command::cleanEnv);
                    }
                }
                case "stdin" -> changes.add(readStdin(json));
                case "expectedExitCodes" -> changes.add(readExitCodes(json));
                case "capture" -> changes.add(readCapture(json));
                default -> throw json.unknownField(field, FIELDS);
            }
        }
        Command command = json.required(base, "argv\" or \"shell");
        for (UnaryOperator<Command> change : changes) {
            command = change.apply(command);
        }
        return command;
    }

    private static void readEnvironment(JsonInput json, List<UnaryOperator<Command>> changes) throws IOException {
        json.beginObject();
        for (String name = json.nextField(); name != null; name = json.nextField()) {
            String variable = name;
            String value = json.stringOrNull();
            changes.add(command -> value == null ? command.unset(variable) : command.env(variable, value));
        }
    }

    private static UnaryOperator<Command> readStdin(JsonInput json) throws IOException {
        String text = null;
        String file = null;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "text" -> text = json.string();
                case "file" -> file = json.string();
                default -> throw json.unknownField(field, "text", "file");
            }
        }
        if ((text == null) == (file == null)) {
            throw json.error("\"stdin\" has either \"text\" or \"file\"");
        }
        if (file == null) {
            String content = Objects.requireNonNull(text);
            return command -> command.stdin(content);
        }
        Path path = Path.of(file);
        return command -> command.stdinFrom(path);
    }

    private static UnaryOperator<Command> readExitCodes(JsonInput json) throws IOException {
        GrowingInts codes = new GrowingInts();
        json.beginArray();
        while (json.nextElement()) {
            codes.add(json.integer(0, 255));
        }
        return command -> command.expectExit(codes.toArray());
    }

    private static UnaryOperator<Command> readCapture(JsonInput json) throws IOException {
        String capture = json.string();
        return switch (capture) {
            case "merged" -> command -> command.capture(Command.Capture.MERGED);
            case "labelled" -> command -> command.capture(Command.Capture.LABELLED);
            case "pty" -> command -> command.capture(Command.Capture.PTY);
            default -> throw json.error("\"capture\" is \"merged\", \"labelled\" or \"pty\", not \"" + capture + "\"");
        };
    }
}
