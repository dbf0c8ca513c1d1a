package dev.heddle.logmux.console;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process. Everything that takes more than writing is in {@link TerminalDevice}, which is loaded when the
 * terminal is opened or its size is asked for, and never before.
 *
 * <p>Writes go straight to the file descriptor of standard output, past {@code System.out}, so that they stay out of what
 * {@code SystemCapture} catches.
 */
final class SystemTerminal implements Terminal {

    static final SystemTerminal INSTANCE = new SystemTerminal();

    private static final Size UNKNOWN = new Size(24, 80);

    private final OutputStream output = new FileOutputStream(FileDescriptor.out);
    private final boolean interactive = isTerminal();
    private final Map<String, String> environment = System.getenv();
    private final AtomicReference<@Nullable TerminalDevice> device = new AtomicReference<>();

    private SystemTerminal() {}

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
     * Whether colours are wanted: {@code NO_COLOR} says no, {@code CLICOLOR_FORCE} and {@code FORCE_COLOR} yes, unless they are
     * {@code 0}, and otherwise it takes a terminal that is not {@code dumb}.
     */
    static boolean wantsColors(boolean interactive, Map<String, String> environment) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
            return false;
        }
        return isSet(environment.get("CLICOLOR_FORCE"))
                || isSet(environment.get("FORCE_COLOR"))
                || (interactive && canMoveCursor(environment));
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty() && !value.equals("0");
    }

    /** Whether the kind of terminal is one whose cursor can be moved. */
    static boolean canMoveCursor(Map<String, String> environment) {
        String kind = environment.getOrDefault("TERM", "dumb");
        return !kind.isEmpty() && !kind.equals("dumb");
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public boolean isInteractive() {
        return interactive;
    }

    @Override
    public boolean hasColors() {
        return wantsColors(interactive, environment);
    }

    @Override
    public boolean open(boolean keys, @Nullable Suspension suspension) {
        if (!interactive || !canMoveCursor(environment)) {
            return false;
        }
        try {
            TerminalDevice opened = TerminalDevice.open(keys, suspension, environment);
            if (device.compareAndSet(null, opened)) {
                opened.ask(output);
                return true;
            }
            opened.close();
            return false;
        } catch (IOException | LinkageError e) {
            // Without the library for terminals, or its native part on this machine, there is plain text.
            return false;
        }
    }

    @Override
    public Size size() {
        if (!interactive) {
            return UNKNOWN;
        }
        try {
            return TerminalDevice.size(UNKNOWN);
        } catch (LinkageError e) {
            return UNKNOWN;
        }
    }

    @Override
    public boolean updatesAtOnce() {
        TerminalDevice open = device.get();
        return open != null && open.updatesAtOnce();
    }

    @Override
    public int key() throws IOException {
        TerminalDevice open = device.get();
        return open == null ? -1 : open.key();
    }

    @Override
    public void close() {
        TerminalDevice open = device.getAndSet(null);
        if (open != null) {
            open.close();
        }
    }
}
