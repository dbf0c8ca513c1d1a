package dev.heddle.logmux.console;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * The terminal of this process, as far as plain text needs one.
 *
 * <p>Writes go straight to the file descriptor of standard output, past {@code System.out}, so that they stay out of what
 * {@code SystemCapture} catches.
 */
public final class Terminal {

    private final OutputStream output;
    private final boolean interactive;
    private final boolean colors;

    private Terminal(OutputStream output, boolean interactive, boolean colors) {
        this.output = output;
        this.interactive = interactive;
        this.colors = colors;
    }

    /** Standard output of this process. */
    public static Terminal system() {
        boolean interactive = isTerminal();
        OutputStream output = new FileOutputStream(FileDescriptor.out);
        return new Terminal(output, interactive, wantsColors(interactive, System.getenv()));
    }

    // Since JDK 22 a console may be there without a terminal, and says so by a method that JDK 17 does not have.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /**
     * Whether colours are wanted: {@code NO_COLOR} says no, {@code CLICOLOR_FORCE} yes, and otherwise it takes a terminal that
     * is not {@code dumb}.
     */
    static boolean wantsColors(boolean interactive, Map<String, String> environment) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
            return false;
        }
        String force = environment.getOrDefault("CLICOLOR_FORCE", "");
        if (!force.isEmpty() && !force.equals("0")) {
            return true;
        }
        String term = environment.getOrDefault("TERM", "dumb");
        return interactive && !term.isEmpty() && !term.equals("dumb");
    }

    /** Where to write. Closing it would close standard output. */
    public OutputStream output() {
        return output;
    }

    /** Whether a person watches: standard input and output are terminals. */
    public boolean isInteractive() {
        return interactive;
    }

    /** Whether colours should be written. */
    public boolean hasColors() {
        return colors;
    }
}
