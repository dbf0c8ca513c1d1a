package dev.heddle.logmux.console;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process by way of JLine: its size, its modes, its keys. The only class that names JLine.
 *
 * <p>Keys are asked for, never waited for, so no thread of its own is needed and none is left behind in a read that nothing
 * ends. JLine is told to leave signals alone; where the embedder wants it, stopping from the keyboard is handled here.
 */
final class TerminalDevice {

    /** Does the terminal show updates in one go? And what is it? Every terminal answers the second question. */
    private static final String QUESTIONS = "\u001b[?2026$p\u001b[c";
    /** How long an answer that is still on its way is waited for at the end, so that it does not come out in the shell. */
    private static final int ANSWER_MILLIS = 150;

    private static final int ANSWER_STEP_MILLIS = 5;
    private static final String STOP_KEY = "TSTP";

    private final org.jline.terminal.Terminal terminal;
    private final Attributes found;
    private final boolean keys;
    private final FileInputStream input = new FileInputStream(FileDescriptor.in);
    private final KeyDecoder decoder = new KeyDecoder();
    private final boolean mayAsk;
    private @Nullable Object earlierHandler;
    private boolean handling;
    private boolean asked;

    private TerminalDevice(org.jline.terminal.Terminal terminal, boolean keys, Map<String, String> environment) {
        this.terminal = terminal;
        this.keys = keys;
        this.found = terminal.getAttributes();
        // Apple's prints a part of the question.
        this.mayAsk = keys && !environment.getOrDefault("TERM_PROGRAM", "").equals("Apple_Terminal");
    }

    /**
     * Opens the terminal.
     *
     * @throws IOException if there is none
     * @throws IllegalStateException if JLine cannot reach it
     */
    static TerminalDevice open(boolean keys, Terminal.@Nullable Suspension suspension, Map<String, String> environment)
            throws IOException {
        org.jline.terminal.Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .systemOutput(TerminalBuilder.SystemOutput.SysOut)
                .provider(TerminalBuilder.PROP_PROVIDER_JNI)
                .dumb(false)
                .nativeSignals(false)
                .build();
        TerminalDevice device = new TerminalDevice(terminal, keys, environment);
        device.takeKeys();
        if (suspension != null) {
            device.handling = true;
            device.earlierHandler = Signals.register(STOP_KEY, () -> device.suspend(suspension));
        }
        return device;
    }

    private void takeKeys() {
        if (keys) {
            Attributes raw = new Attributes(found);
            raw.setLocalFlag(LocalFlag.ICANON, false);
            raw.setLocalFlag(LocalFlag.ECHO, false);
            raw.setControlChar(ControlChar.VMIN, 0);
            raw.setControlChar(ControlChar.VTIME, 0);
            terminal.setAttributes(raw);
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
        terminal.setAttributes(found);
        suspension.stop();
        takeKeys();
        suspension.resume();
    }

    Terminal.Size size(Terminal.Size unknown) {
        org.jline.terminal.Size size = terminal.getSize();
        return size.getRows() < 1 || size.getColumns() < 1
                ? unknown
                : new Terminal.Size(size.getRows(), size.getColumns());
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
        return KeyDecoder.NONE;
    }

    void close() {
        if (handling) {
            Signals.unregister(STOP_KEY, earlierHandler);
        }
        awaitAnswer();
        terminal.setAttributes(found);
        try {
            terminal.close();
        } catch (IOException e) {
            // The terminal is gone, and nothing is left to give back.
            return;
        }
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
