package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The right to open a database file in this process, which one opener has at a time.
 *
 * <p>SQLite's locks are the process's, not the connection's: when any descriptor of the file is closed, by a second copy of
 * SQLite that another class loader brought or by plain Java I/O, the locks of all are gone without a word, and another process
 * writes into the middle of our transaction. A copy of SQLite knows of its own descriptors only. So the file, told by device and
 * inode, is noted in the system properties, which are the one place that all class loaders of a process share; nothing else of
 * the process is touched. Not seen is a program that opens the file without asking here.
 *
 * <p>May be closed from any thread; a second close does nothing.
 */
final class SingleOpener implements AutoCloseable {

    private static final String PREFIX = "dev.heddle.store.opener.";

    private final String key;
    private final String name;

    private SingleOpener(String key, String name) {
        this.key = key;
        this.name = name;
    }

    /**
     * Takes the right to open {@code file}, which exists.
     *
     * @throws StoreException if somebody in this process has it; the message names the class loader
     */
    static SingleOpener of(Path file) throws IOException {
        Map<String, Object> facts = Files.readAttributes(file, "unix:dev,ino");
        String key = PREFIX + facts.get("dev") + "." + facts.get("ino");
        // Told apart from other openers of this class loader, so that none gives back the right of another.
        String name =
                describe(SingleOpener.class.getClassLoader()) + "#" + Integer.toHexString(new Object().hashCode());
        Object first = System.getProperties().putIfAbsent(key, name);
        if (first != null) {
            String loader = first.toString();
            throw new StoreException(file + ": is open in this process already, by the code of class loader "
                    + loader.substring(0, loader.lastIndexOf('#'))
                    + "; two openers in one process would drop one another's"
                    + " locks. Share the store that is open, or close it first");
        }
        return new SingleOpener(key, name);
    }

    private static String describe(ClassLoader loader) {
        return loader.getName() == null ? loader.toString() : "'" + loader.getName() + "'";
    }

    @Override
    public void close() {
        System.getProperties().remove(key, name);
    }
}
