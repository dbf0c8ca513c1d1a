package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What one source says on one channel, cut into lines as {@code docs/html.md} forms them: text, and before every change of
 * style a mark between two escape characters, which text never has in it. Every line begins plain.
 *
 * <p>A line of more than {@value #LONGEST} characters goes out in pieces. Owned by one thread.
 */
final class HtmlLine implements AnsiParser.Target {

    /** Most characters of a piece of a line, marks included. */
    static final int LONGEST = 4096;

    private static final char MARK = '\u001b';
    private static final String ATTRIBUTES = "bdiurs";

    /** Takes lines and pieces of lines. */
    interface Reader {
        /**
         * Takes a piece.
         *
         * @param from what the beginning was said on, and when
         * @param text the piece
         * @param goesOn whether it is not the first of its line
         */
        void line(HtmlLine from, String text, boolean goesOn) throws IOException;

        /** Whether as much is held as may be, so that lines go out before their ends. */
        boolean isFull();
    }

    final int source;
    private final Reader reader;
    private final AnsiParser parser = new AnsiParser(this);
    private final StringBuilder line = new StringBuilder();
    private TextStyle style = TextStyle.PLAIN;
    private boolean begun;
    private boolean goesOn;
    private Channel now = Channel.STDOUT;
    private long nanosNow;
    private Channel channel = Channel.STDOUT;
    private long nanos;

    HtmlLine(int source, Reader reader) {
        this.source = source;
        this.reader = reader;
    }

    /** The channel on which the piece is shown. */
    Channel channel() {
        return channel;
    }

    /** When the beginning of the piece came. */
    long nanos() {
        return nanos;
    }

    /** Characters that are held. */
    int held() {
        return line.length();
    }

    /** What comes next is shown on this channel and came at this time. */
    void at(Channel shownOn, long time) {
        now = shownOn;
        nanosNow = time;
    }

    void accept(byte[] bytes, int from, int length) throws IOException {
        try {
            parser.accept(bytes, from, length);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Nothing comes any more: passes on what is left. */
    void end() throws IOException {
        try {
            parser.end();
            if (begun) {
                pass();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        goesOn = false;
    }

    @Override
    public void text(String text, TextStyle next) {
        begin();
        int at = 0;
        while (at < text.length()) {
            String mark = next.equals(style) ? "" : mark(next);
            int room = LONGEST - line.length() - mark.length();
            if (room < 2 && line.length() > 0) {
                pass();
                goesOn = true;
                begin();
                continue;
            }
            int end = Math.min(text.length(), at + Math.max(room, 2));
            if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            line.append(mark).append(text, at, end);
            style = next;
            at = end;
        }
        if (reader.isFull()) {
            pass();
            line.trimToSize();
            goesOn = true;
        }
    }

    @Override
    public void endLine() {
        begin();
        pass();
        goesOn = false;
    }

    @Override
    public void fold() {
        line.setLength(0);
        style = TextStyle.PLAIN;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            channel = now;
            nanos = nanosNow;
        }
    }

    private void pass() {
        String text = line.toString();
        line.setLength(0);
        style = TextStyle.PLAIN;
        begun = false;
        try {
            reader.line(this, text, goesOn);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A style in letters: attributes, {@code f} and {@code g} with colours, {@code l} with an address, between blanks. */
    private static String mark(TextStyle style) {
        StringBuilder text = new StringBuilder().append(MARK);
        for (int i = 0; i < ATTRIBUTES.length(); i++) {
            if (style.has(1 << i)) {
                text.append(ATTRIBUTES.charAt(i)).append(' ');
            }
        }
        color(text, 'f', style.foreground());
        color(text, 'g', style.background());
        if (style.link() != null) {
            text.append('l').append(style.link()).append(' ');
        }
        int end = text.length() == 1 ? 1 : text.length() - 1;
        text.setLength(end);
        return text.append(MARK).toString();
    }

    private static void color(StringBuilder text, char letter, int color) {
        if (color >= TextStyle.RGB) {
            text.append(letter).append(String.format("#%06x", color & 0xFFFFFF)).append(' ');
        } else if (color != TextStyle.NONE) {
            text.append(letter).append(color).append(' ');
        }
    }
}
