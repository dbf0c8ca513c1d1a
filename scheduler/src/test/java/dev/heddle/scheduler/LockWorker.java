package dev.heddle.scheduler;

import dev.heddle.scheduler.LockDirectory.Held;
import dev.heddle.scheduler.LockDirectory.Taking;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/**
 * A process that takes locks and lets go of them again and again, and looks each time whether it is the only one that has
 * them: {@code LockWorker DIRECTORY WITNESSES ROUNDS SEED}. It clears locks of the dead. Prints a dot for each lock it had; ends
 * with 1 and the reason if another living process had it too.
 */
final class LockWorker {

    /** Tasks that all workers want. */
    static final int TASKS = 3;

    private static final String DIRECTORY_LOCK = "shared";

    private LockWorker() {}

    public static void main(String[] arguments) throws IOException {
        LockDirectory locks = new LockDirectory(Path.of(arguments[0]), ProcessMark.own(), InstantSource.system(), true);
        Path witnesses = Path.of(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        Random random = new Random(Long.parseLong(arguments[3]));
        while (rounds > 0) {
            String task = "task/" + random.nextInt(TASKS);
            List<String> exclusive = random.nextInt(4) == 0 ? List.of(DIRECTORY_LOCK) : List.of();
            Taking taking = locks.take(task, exclusive, "here");
            if (taking instanceof Held held) {
                beAlone(witnesses, task.replace('/', '.'));
                if (!exclusive.isEmpty()) {
                    beAlone(witnesses, DIRECTORY_LOCK);
                }
                locks.release(held);
                rounds--;
                System.out.print('.');
                System.out.flush();
            }
        }
    }

    // Each says first that it is there and looks then: of two at least one sees the other.
    private static void beAlone(Path witnesses, String name) throws IOException {
        String mine = name + "@" + ProcessHandle.current().pid();
        Path own = witnesses.resolve(mine);
        Files.createDirectory(own);
        try (DirectoryStream<Path> others = Files.newDirectoryStream(witnesses, name + "@*")) {
            for (Path other : others) {
                String text = other.getFileName().toString();
                long pid = Long.parseLong(text.substring(text.indexOf('@') + 1));
                if (text.equals(mine)) {
                    continue;
                }
                if (ProcessHandle.of(pid).isPresent() && Files.exists(other)) {
                    System.out.println("two own " + name + ": " + mine + " and " + text);
                    Runtime.getRuntime().halt(1);
                }
                forget(other);
            }
        }
        Files.delete(own);
    }

    private static void forget(Path ofTheDead) throws IOException {
        try {
            Files.deleteIfExists(ofTheDead);
        } catch (DirectoryNotEmptyException e) {
            throw new AssertionError("nobody writes there", e);
        }
    }
}
