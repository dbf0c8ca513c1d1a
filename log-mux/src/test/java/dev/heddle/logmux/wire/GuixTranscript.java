package dev.heddle.logmux.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes down what a reader of a Guix stream finds; text that was handed over in pieces is put together. */
class GuixTranscript implements GuixVisitor {

    private final List<String> notes = new ArrayList<>();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final Map<Long, ByteArrayOutputStream> printed = new TreeMap<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private String speaker = "";
    final List<Long> damages = new ArrayList<>();
    long bytes;
    long lastOffset;

    static GuixTranscript of(byte[] stream) {
        GuixTranscript transcript = new GuixTranscript();
        GuixReader reader = new GuixReader(transcript);
        reader.read(stream);
        reader.finish();
        return transcript;
    }

    /** Everything, each byte of text a character, with control characters made visible. */
    List<String> notes() {
        endText();
        return List.copyOf(notes);
    }

    /** What a process printed. */
    byte[] printed(long pid) {
        return printed.getOrDefault(pid, new ByteArrayOutputStream()).toByteArray();
    }

    Map<Long, byte[]> printed() {
        Map<Long, byte[]> all = new TreeMap<>();
        printed.forEach((pid, bytes) -> all.put(pid, bytes.toByteArray()));
        return all;
    }

    /** What the daemon said for itself. */
    byte[] said() {
        return said.toByteArray();
    }

    /** The lines of the traces. */
    List<String> traces() {
        return notes().stream().filter(note -> note.startsWith("@ ")).toList();
    }

    @Override
    public void trace(long offset, GuixTrace trace) {
        note(offset, trace.line());
    }

    @Override
    public void builderTrace(long offset, long pid, GuixTrace trace) {
        note(offset, "[" + pid + "] " + trace.line());
    }

    @Override
    public void daemonText(long offset, Slice bytes) {
        text(offset, "daemon: ", bytes);
        said.write(bytes.array(), bytes.from(), bytes.length());
    }

    @Override
    public void builderText(long offset, long pid, Slice bytes) {
        text(offset, pid + ": ", bytes);
        printed.computeIfAbsent(pid, key -> new ByteArrayOutputStream())
                .write(bytes.array(), bytes.from(), bytes.length());
    }

    @Override
    public void error(long offset, long status, String message) {
        note(offset, "error " + status + ": " + message);
    }

    @Override
    public void damaged(long offset, String problem) {
        endText();
        damages.add(offset);
        notes.add("damaged at " + offset + ": " + problem);
    }

    private void note(long offset, String note) {
        endText();
        atLeast(offset);
        notes.add(note);
    }

    private void text(long offset, String who, Slice bytes) {
        if (!speaker.equals(who)) {
            endText();
            speaker = who;
        }
        atLeast(offset);
        this.bytes += bytes.length();
        text.write(bytes.array(), bytes.from(), bytes.length());
    }

    private void atLeast(long offset) {
        if (offset < lastOffset) {
            throw new AssertionError("offset " + offset + " comes behind " + lastOffset);
        }
        lastOffset = offset;
    }

    private void endText() {
        if (text.size() > 0) {
            notes.add(speaker + visible(text.toByteArray()));
            text.reset();
        }
        speaker = "";
    }

    private static String visible(byte[] bytes) {
        StringBuilder shown = new StringBuilder();
        for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (c == '\n') {
                shown.append('|');
            } else if (c < ' ' || c >= 0x7F) {
                shown.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }
}
