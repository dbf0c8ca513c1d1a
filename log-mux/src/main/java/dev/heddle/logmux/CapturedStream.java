package dev.heddle.logmux;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code System.out} or {@code System.err} is while a {@link SystemCapture} is open: a print stream in UTF-8 that hands on
 * what each call says as one piece, and that has no lock of its own, so that a job that is held up holds up no other.
 *
 * <p>When the capture does not take a piece, it goes to the stream that stood here before, as text where it was text, so that
 * it gets that stream's own encoding.
 *
 * <p>As a supplier it tells what should stand in its place: itself while its capture is open, the stream before it afterwards.
 * As a condition it tells whether the calling thread runs a job of its capture or of one below. Types of the JDK, because a
 * copy of this class from another class loader can ask them.
 */
final class CapturedStream extends PrintStream implements Supplier<PrintStream>, BooleanSupplier {

    /** Takes a piece, or gives false and leaves it. */
    @FunctionalInterface
    interface Taker {
        boolean take(byte[] bytes, int offset, int length);
    }

    private final PrintStream before;
    private final Taker taker;
    /** Whether the calling thread runs a job of this stream's capture. */
    private final BooleanSupplier ours;
    /** The first half of a character that a thread printed in halves. */
    private final ThreadLocal<@Nullable Character> half = new ThreadLocal<>();

    private volatile boolean released;

    CapturedStream(PrintStream before, BooleanSupplier ours, Taker taker) {
        super(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        this.before = before;
        this.ours = ours;
        this.taker = taker;
    }

    /** The stream that should be put back when a stream that replaced {@code stream} goes. */
    static PrintStream standingFor(PrintStream stream) {
        PrintStream at = stream;
        while (isCaptured(at)
                && at instanceof Supplier<?> supplier
                && supplier.get() instanceof PrintStream next
                && next != at) {
            at = next;
        }
        return at;
    }

    @Override
    public boolean getAsBoolean() {
        return (!released && ours.getAsBoolean()) || belongsBelow();
    }

    /** Whether the calling thread runs a job of a capture whose stream stood here before. */
    boolean belongsBelow() {
        return isCaptured(before) && before instanceof BooleanSupplier captured && captured.getAsBoolean();
    }

    private static boolean isCaptured(PrintStream stream) {
        return stream.getClass().getName().equals(CapturedStream.class.getName());
    }

    /** From now on everything goes to the stream before. */
    void release() {
        released = true;
    }

    @Override
    public PrintStream get() {
        return released ? before : this;
    }

    private void text(String said) {
        String whole = said;
        Character first = half.get();
        if (first != null) {
            half.remove();
            whole = first + said;
        }
        if (!whole.isEmpty() && Character.isHighSurrogate(whole.charAt(whole.length() - 1))) {
            half.set(whole.charAt(whole.length() - 1));
            whole = whole.substring(0, whole.length() - 1);
        }
        if (whole.isEmpty()) {
            return;
        }
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        if (!taker.take(bytes, 0, bytes.length)) {
            before.print(whole);
        }
    }

    private void line(String said) {
        text(said + System.lineSeparator());
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length > 0 && !taker.take(bytes, offset, length)) {
            before.write(bytes, offset, length);
        }
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    @Override
    public void writeBytes(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void flush() {
        before.flush();
    }

    /** The streams of the process stay open. */
    @Override
    public void close() {
        flush();
    }

    @Override
    public boolean checkError() {
        return before.checkError();
    }

    @Override
    public void print(boolean value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(char value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(int value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(long value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(float value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(double value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(char[] value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(@Nullable String value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(@Nullable Object value) {
        text(String.valueOf(value));
    }

    @Override
    public void println() {
        line("");
    }

    @Override
    public void println(boolean value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(char value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(int value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(long value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(float value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(double value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(char[] value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(@Nullable String value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(@Nullable Object value) {
        line(String.valueOf(value));
    }

    // The print stream's own takes its lock and prints piece by piece.
    @Override
    public PrintStream format(String format, @Nullable Object... arguments) {
        text(String.format(Locale.getDefault(Locale.Category.FORMAT), format, arguments));
        return this;
    }

    @Override
    public PrintStream format(@Nullable Locale locale, String format, @Nullable Object... arguments) {
        text(String.format(locale, format, arguments));
        return this;
    }

    @Override
    public PrintStream append(@Nullable CharSequence text) {
        text(String.valueOf(text));
        return this;
    }

    @Override
    public PrintStream append(@Nullable CharSequence text, int start, int end) {
        text(String.valueOf(text).substring(start, end));
        return this;
    }

    @Override
    public PrintStream append(char value) {
        text(String.valueOf(value));
        return this;
    }
}
