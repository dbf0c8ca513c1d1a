package dev.heddle.logmux.testing;

import dev.heddle.logmux.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A terminal that does what a test says: it has the size and the abilities it was given, keys are pressed by the test, and
 * every write is a frame that is remembered and shown on a {@link ScriptedScreen}.
 *
 * <p>May be used from any thread. Remembers every frame, for as long as the test lasts.
 */
public final class ScriptedTerminal implements Terminal {

    private final Deque<Integer> keys = new ArrayDeque<>();
    private final List<byte[]> frames = new ArrayList<>();
    private final ScriptedScreen screen;
    private boolean colors;
    private boolean updatesAtOnce;
    private boolean capable = true;
    private boolean open;
    private @Nullable Suspension suspension;
    private @Nullable IOException failure;

    /** A terminal of a size, whose cursor can be moved. */
    public ScriptedTerminal(int rows, int columns) {
        this.screen = new ScriptedScreen(rows, columns);
    }

    /** It has colours. */
    public synchronized ScriptedTerminal withColors() {
        colors = true;
        return this;
    }

    /** It says that it shows updates in one go. */
    public synchronized ScriptedTerminal withUpdatesAtOnce() {
        updatesAtOnce = true;
        return this;
    }

    /** Its cursor cannot be moved. */
    public synchronized ScriptedTerminal dumb() {
        capable = false;
        return this;
    }

    /** Someone presses keys. */
    public synchronized ScriptedTerminal press(String pressed) {
        pressed.chars().forEach(keys::add);
        return this;
    }

    /** Someone changes the size of its window; lines that are on it are broken anew, as most terminals do. */
    public synchronized void resize(int rows, int columns) {
        screen.resize(rows, columns);
    }

    /** From now on every write fails. */
    public synchronized void fail(IOException with) {
        failure = with;
    }

    /** What can be seen. */
    public ScriptedScreen screen() {
        return screen;
    }

    /** Everything that was written so far, a write each. */
    public synchronized List<byte[]> frames() {
        return List.copyOf(frames);
    }

    /** Whether it was opened and not closed again. */
    public synchronized boolean isOpen() {
        return open;
    }

    /** What is told when the process stops, or null. */
    public synchronized @Nullable Suspension suspension() {
        return suspension;
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                show(Arrays.copyOfRange(bytes, from, from + count));
            }
        };
    }

    private synchronized void show(byte[] frame) throws IOException {
        if (failure != null) {
            throw failure;
        }
        frames.add(frame);
        screen.write(frame);
    }

    @Override
    public boolean isInteractive() {
        return true;
    }

    @Override
    public synchronized boolean hasColors() {
        return colors;
    }

    @Override
    public synchronized boolean open(boolean wanted, @Nullable Suspension told) {
        open = capable;
        suspension = told;
        return capable;
    }

    @Override
    public synchronized Size size() {
        return new Size(screen.rows(), screen.columns());
    }

    @Override
    public synchronized boolean updatesAtOnce() {
        return updatesAtOnce;
    }

    @Override
    public synchronized int key() {
        Integer key = keys.poll();
        return key == null ? -1 : key;
    }

    @Override
    public synchronized void close() {
        open = false;
    }
}
