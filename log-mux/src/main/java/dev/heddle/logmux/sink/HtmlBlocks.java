package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lines in the order in which they are shown, gathered into blocks, and how many lines of each source and channel every block
 * has. Holds one block: about {@value #BLOCK} characters. The form stands in {@code docs/html.md}. Owned by one thread.
 */
final class HtmlBlocks {

    /** A block ends with the line that makes it as long as this, in characters. */
    static final int BLOCK = 256 * 1024;

    private static final int RADIX = 36;
    /** Added to the number of the channel of a piece that is not the first of its line. */
    private static final int GOES_ON = 8;

    private final HtmlSpill blocks;
    private final HtmlSpill index;
    private final StringBuilder lines = new StringBuilder();
    private final StringBuilder runs = new StringBuilder();
    private final Map<Long, Integer> counts = new LinkedHashMap<>();
    private int source = -1;
    private int channel;
    private long millis;
    private int count;

    /**
     * Blocks into files.
     *
     * @param blocks takes each block by itself
     * @param index takes a line for each block
     */
    HtmlBlocks(HtmlSpill blocks, HtmlSpill index) {
        this.blocks = blocks;
        this.index = index;
    }

    @SuppressWarnings("EnumOrdinal") // the order of the channels is fixed, as the journal's format needs it
    void add(int from, Channel on, long nanos, String text, boolean goesOn) throws IOException {
        int code = on.ordinal() + (goesOn ? GOES_ON : 0);
        long at = nanos / 1_000_000;
        if (from != source || code != channel || at != millis) {
            endRun();
            source = from;
            channel = code;
            millis = at;
        }
        count++;
        counts.merge((long) from << 3 | on.ordinal(), 1, Integer::sum);
        lines.append(text).append('\n');
        if (lines.length() >= BLOCK) {
            end();
        }
    }

    private void endRun() {
        if (count > 0) {
            number(runs, source).append('.');
            number(runs, channel).append('.');
            number(runs, millis).append('.');
            number(runs, count).append(' ');
        }
        count = 0;
    }

    /** Ends the block, if it has any lines. */
    void end() throws IOException {
        endRun();
        source = -1;
        if (lines.length() == 0) {
            return;
        }
        runs.append('\n').append(lines);
        blocks.block(runs.toString().getBytes(StandardCharsets.UTF_8));
        StringBuilder entry = new StringBuilder();
        for (Map.Entry<Long, Integer> each : counts.entrySet()) {
            number(entry, each.getKey() >> 3).append('.');
            number(entry, each.getKey() & 7).append('.');
            number(entry, each.getValue()).append(' ');
        }
        index.text(entry.append('\n').toString());
        lines.setLength(0);
        runs.setLength(0);
        counts.clear();
    }

    private static StringBuilder number(StringBuilder to, long number) {
        return to.append(Long.toString(number, RADIX));
    }
}
