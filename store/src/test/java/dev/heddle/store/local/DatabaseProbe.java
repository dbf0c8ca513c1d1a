package dev.heddle.store.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process of its own with a store's database: {@code list STORE} reads, {@code watch STORE} reads again at each byte, {@code write STORE COUNT} makes paths valid one by one
 * and says of each whether it is, {@code hold STORE} stays in a transaction until its input ends.
 */
final class DatabaseProbe {

    private DatabaseProbe() {}

    /** The command that runs it, behind {@code before}, with {@code options} for Java. */
    static List<String> command(List<String> before, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
        // The driver logs what it also throws.
        command.add("-Djava.util.logging.config.file=/dev/null");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DatabaseProbe.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts it. */
    static Process start(List<String> before, List<String> options, String... arguments) throws IOException {
        return new ProcessBuilder(command(before, options, arguments))
                .redirectErrorStream(true)
                .start();
    }

    /** All that it prints, without the words of libraries about themselves. */
    static List<String> lines(List<String> before, List<String> options, String... arguments) throws IOException {
        Process process = start(before, options, arguments);
        process.getOutputStream().close();
        try (Stream<String> lines = process.inputReader().lines()) {
            // Newer virtual machines warn of native libraries, and put an empty line behind.
            return lines.filter(line -> !line.startsWith("SLF4J") && !line.startsWith("WARNING: ") && !line.isEmpty())
                    .toList();
        }
    }

    public static void main(String[] arguments) throws IOException {
        StoreLayout layout = StoreLayout.in(Path.of(arguments[1]));
        DatabaseSettings settings = DatabaseSettings.NORMAL
                .withReadOnly(!List.of("write", "hold").contains(arguments[0]))
                .withBusyWait(Duration.ofSeconds(20));
        try (StoreDatabase database = SqliteDatabase.open(layout, settings)) {
            switch (arguments[0]) {
                case "list" -> say("paths " + database.page(null, 10_000).size());
                case "watch" -> {
                    for (int read = 0; read >= 0; read = System.in.read()) {
                        say("paths " + database.page(null, 10_000).size());
                    }
                }
                case "write" -> write(database, Integer.parseInt(arguments[2]));
                case "hold" ->
                    database.write(transaction -> {
                        say("inside");
                        System.in.readAllBytes();
                        return null;
                    });
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } catch (IOException e) {
            say("failed: " + e.getMessage());
        }
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("org.sqlite") || name.startsWith("dev.heddle"))
                .forEach(name -> say("property left: " + name));
    }

    private static void write(StoreDatabase database, int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            try {
                database.write(transaction -> {
                    transaction.register(List.of(DatabaseContract.info(number)));
                    return null;
                });
                say("valid " + number);
            } catch (IOException e) {
                say("not valid " + number + ": " + e.getMessage());
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
