package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given apart by source and channel, and checks what holds for every group. */
final class CheckingSink implements Sink {

    private final Map<String, ByteArrayOutputStream> said = new TreeMap<>();
    /** Everything that was shown, in the order in which it was. */
    final ByteArrayOutputStream inOrder = new ByteArrayOutputStream();

    private final Map<String, Boolean> midLine = new TreeMap<>();
    private final Set<Integer> ended = new HashSet<>();
    int groups;
    int switches;
    private int last = -1;
    boolean closed;

    @Override
    public void write(Group group) throws IOException {
        String key = group.source() + " " + group.origin();
        byte[] bytes = group.bytes();
        assertThat(bytes).isNotEmpty();
        assertThat(group.length()).isEqualTo(bytes.length);
        assertThat(ended).as("nothing comes after the end of %s", key).doesNotContain(group.source());
        assertThat(group.continues()).isEqualTo(midLine.getOrDefault(key, false));
        boolean whole = bytes[bytes.length - 1] == '\n';
        assertThat(group.ending() == Group.Ending.LINE).isEqualTo(whole);
        midLine.put(key, !whole);
        said.computeIfAbsent(key, k -> new ByteArrayOutputStream()).writeBytes(bytes);
        inOrder.writeBytes(bytes);
        groups++;
        switches += last >= 0 && last != group.source() ? 1 : 0;
        last = group.source();
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) {
        assertThat(ended.add(source)).as("source %s ends once", source).isTrue();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        closed = true;
    }

    Map<String, byte[]> said() {
        Map<String, byte[]> bytes = new TreeMap<>();
        said.forEach((key, value) -> bytes.put(key, value.toByteArray()));
        return bytes;
    }

    Set<Integer> ended() {
        return ended;
    }
}
