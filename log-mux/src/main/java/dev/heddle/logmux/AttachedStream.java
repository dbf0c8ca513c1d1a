package dev.heddle.logmux;

import dev.heddle.logmux.wire.CompactFormat;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;

/**
 * What a server of a journal sends, as {@code docs/attach.md} has it. Keeps what may be asked for again in memory, and wants to
 * {@link #forget} when that is more than {@link #LIMIT} bytes.
 */
final class AttachedStream implements GrowingBytes {

    /** Most bytes that a strategy can hold back. */
    static final int LIMIT = 16 * 1024 * 1024;

    private static final int BLOCK = 64 * 1024;
    /** Most bytes that are taken at once, so that what came is shown before more is read. */
    private static final int MOST_AT_ONCE = 16 * BLOCK;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final ArrayDeque<byte[]> blocks = new ArrayDeque<>();
    /** Offset of the first byte that is kept; a multiple of the size of a block. */
    private long first;

    private long length;
    private volatile boolean interrupted;

    private AttachedStream(SocketChannel channel, Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    /**
     * Connects and asks for the journal.
     *
     * @throws IOException if nobody is there, or the server refuses
     */
    static AttachedStream connect(Path socket, JournalFollower.Start start) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Selector selector = null;
        boolean complete = false;
        try {
            ByteBuffer request = ByteBuffer.wrap(AttachRequest.line(start));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            byte[] head = readHead(channel);
            selector = Selector.open();
            AttachedStream stream = new AttachedStream(channel, selector);
            stream.add(head, head.length);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            complete = true;
            return stream;
        } finally {
            if (!complete) {
                channel.close();
                if (selector != null) {
                    selector.close();
                }
            }
        }
    }

    // A server that refuses sends a line of text in place of the head of a journal, and closes.
    private static byte[] readHead(SocketChannel channel) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(AttachRequest.MOST_ANSWER);
        while (answer.hasRemaining() && channel.read(answer) >= 0) {
            if (CompactFormat.isHead(answer.array(), answer.position())) {
                byte[] head = new byte[answer.position()];
                answer.flip().get(head);
                return head;
            }
        }
        String text = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        if (text.startsWith(AttachRequest.REFUSAL)) {
            throw new IOException(
                    "refused: " + text.substring(AttachRequest.REFUSAL.length()).strip());
        }
        throw text.isEmpty()
                ? new EOFException("the server closed without an answer")
                : new IOException("whoever serves there does not send a journal");
    }

    @Override
    public boolean await(long nanos, boolean complete) throws IOException {
        long millis = nanos == Long.MAX_VALUE ? 0 : Math.max(1, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        if (nanos <= 0) {
            var unused = selector.selectNow();
        } else {
            var unused = selector.select(millis);
        }
        selector.selectedKeys().clear();
        return !interrupted && receive();
    }

    // False when the server has closed.
    private boolean receive() throws IOException {
        byte[] piece = new byte[BLOCK];
        for (int taken = 0; taken < MOST_AT_ONCE; ) {
            int count = channel.read(ByteBuffer.wrap(piece));
            if (count < 0) {
                return false;
            }
            if (count == 0) {
                return true;
            }
            add(piece, count);
            taken += count;
        }
        return true;
    }

    private void add(byte[] bytes, int count) {
        for (int done = 0; done < count; ) {
            int inBlock = (int) ((length - first) % BLOCK);
            if (inBlock == 0) {
                blocks.add(new byte[BLOCK]);
            }
            int taken = Math.min(BLOCK - inBlock, count - done);
            System.arraycopy(bytes, done, blocks.getLast(), inBlock, taken);
            length += taken;
            done += taken;
        }
    }

    @Override
    public boolean isCrowded() {
        return length - first > LIMIT;
    }

    @Override
    public void forget(long offset) {
        while (first + BLOCK <= Math.min(offset, length)) {
            blocks.removeFirst();
            first += BLOCK;
        }
    }

    @Override
    public int read(long offset, byte[] to, int at, int count) {
        if (offset < first || offset >= length) {
            return -1;
        }
        int skip = (int) ((offset - first) / BLOCK);
        int inBlock = (int) ((offset - first) % BLOCK);
        int taken = (int) Math.min(Math.min(count, BLOCK - inBlock), length - offset);
        for (byte[] block : blocks) {
            if (skip-- == 0) {
                System.arraycopy(block, inBlock, to, at, taken);
                break;
            }
        }
        return taken;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void interrupt() {
        interrupted = true;
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            selector.close();
        }
    }
}
