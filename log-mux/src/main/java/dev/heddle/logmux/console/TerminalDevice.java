package dev.heddle.logmux.console;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jline.nativ.CLibrary;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process by way of JLine's native calls: its size, its modes, its keys. The only class that names JLine.
 *
 * <p>Modes are taken as they are, two flags are changed, and they are put back: JLine's own terminal leaves out what it has no
 * name for, such as the speed of a line. Keys are asked for, never waited for, so no thread is needed and none is left behind
 * in a read that nothing ends. Linux and macOS, whose numbers of the flags are here; elsewhere there is plain text.
 */
final class TerminalDevice {

    /** Does the terminal show updates in one go? And what is it? Every terminal answers the second question. */
    private static final String QUESTIONS = "\u001b[?2026$p\u001b[c";
    /** How long an answer that is still on its way is waited for at the end, so that it does not come out in the shell. */
    private static final int ANSWER_MILLIS = 150;

    private static final int ANSWER_STEP_MILLIS = 5;
    private static final String STOP_KEY = "TSTP";
    private static final String SYSTEM = System.getProperty("os.name", "");
    private static final int IN = 0;
    private static final int OUT = 1;

    /** Numbers of {@code termios.h} that differ between systems. */
    private record Flags(long canonical, long echo, int least, int time) {
        static final Flags LINUX = new Flags(0x2, 0x8, 6, 5);
        static final Flags BSD = new Flags(0x100, 0x8, 16, 17);
    }

    private final Flags flags;
    private final CLibrary.Termios found = new CLibrary.Termios();
    private final boolean keys;
    private final FileInputStream input = new FileInputStream(FileDescriptor.in);
    private final KeyDecoder decoder = new KeyDecoder();
    private final LongSupplier ticker = System::nanoTime;
    private final boolean mayAsk;
    private @Nullable Object earlierHandler;
    private boolean handling;
    private boolean asked;

    private TerminalDevice(Flags flags, boolean keys, Map<String, String> environment) {
        this.flags = flags;
        this.keys = keys;
        // Apple's prints a part of the question.
        this.mayAsk = keys && !environment.getOrDefault("TERM_PROGRAM", "").equals("Apple_Terminal");
    }

    /**
     * Opens the terminal.
     *
     * @throws IOException if there is none, or none that is known how to handle
     */
    static TerminalDevice open(boolean keys, Terminal.@Nullable Suspension suspension, Map<String, String> environment)
            throws IOException {
        if (!isKnown()) {
            throw new IOException("terminals of " + SYSTEM + " are not known here");
        }
        TerminalDevice device = new TerminalDevice(isLinux() ? Flags.LINUX : Flags.BSD, keys, environment);
        if (CLibrary.isatty(IN) != 1 || CLibrary.isatty(OUT) != 1 || CLibrary.tcgetattr(IN, device.found) != 0) {
            throw new IOException("standard input and output are not both a terminal");
        }
        device.takeKeys();
        if (suspension != null) {
            device.handling = true;
            device.earlierHandler = Signals.register(STOP_KEY, () -> device.suspend(suspension));
        }
        return device;
    }

    private static boolean isLinux() {
        return SYSTEM.equals("Linux");
    }

    private static boolean isKnown() {
        return isLinux() || SYSTEM.startsWith("Mac");
    }

    private void takeKeys() {
        if (keys) {
            CLibrary.Termios changed = new CLibrary.Termios();
            CLibrary.tcgetattr(IN, changed);
            changed.c_lflag &= ~(flags.canonical | flags.echo);
            changed.c_cc[flags.least] = 0;
            changed.c_cc[flags.time] = 0;
            CLibrary.tcsetattr(IN, CLibrary.TCSANOW, changed);
        }
    }

    private void giveBack() {
        if (keys) {
            CLibrary.tcsetattr(IN, CLibrary.TCSADRAIN, found);
        }
    }

    /** Asks the terminal what it can do; the answers come with the keys. */
    void ask(OutputStream output) throws IOException {
        if (mayAsk) {
            asked = true;
            output.write(QUESTIONS.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void suspend(Terminal.Suspension suspension) {
        suspension.suspend();
        giveBack();
        suspension.stop();
        takeKeys();
        suspension.resume();
    }

    /** The size of the terminal that standard output is. */
    static Terminal.Size size(Terminal.Size unknown) {
        if (!isKnown()) {
            return unknown;
        }
        CLibrary.WinSize size = new CLibrary.WinSize();
        boolean known = CLibrary.ioctl(OUT, CLibrary.TIOCGWINSZ, size) == 0 && size.ws_row > 0 && size.ws_col > 0;
        return known ? new Terminal.Size(size.ws_row, size.ws_col) : unknown;
    }

    boolean updatesAtOnce() {
        return decoder.updatesAtOnce();
    }

    int key() throws IOException {
        while (keys && input.available() > 0) {
            int value = input.read();
            if (value < 0) {
                return KeyDecoder.NONE;
            }
            int key = decoder.take(value);
            if (key != KeyDecoder.NONE) {
                return key;
            }
        }
        return decoder.idle(ticker.getAsLong());
    }

    void close() {
        if (handling) {
            Signals.unregister(STOP_KEY, earlierHandler);
        }
        awaitAnswer();
        giveBack();
    }

    private void awaitAnswer() {
        CountDownLatch never = new CountDownLatch(1);
        try {
            for (int waited = 0; asked && !decoder.answered() && waited < ANSWER_MILLIS; waited += ANSWER_STEP_MILLIS) {
                key();
                if (!decoder.answered() && never.await(ANSWER_STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (IOException e) {
            asked = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
