package dev.heddle.logmux.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Streams for the tests: the kept ones, and the worker protocol around any. Written without the code under test. */
public final class GuixStreams {

    private GuixStreams() {}

    /** A session of our own with everything that is hard in it. */
    public static byte[] own() throws IOException {
        try (var resource = GuixStreams.class.getResourceAsStream("/guix/session.bare")) {
            return Objects.requireNonNull(resource).readAllBytes();
        }
    }

    static List<String> ownTranscript() throws IOException {
        try (var resource = GuixStreams.class.getResourceAsStream("/guix/session.transcript")) {
            String all = new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
            return all.lines().toList();
        }
    }

    /** What a real daemon sent, or null where it is not at hand. */
    public static byte @Nullable [] captured() throws IOException {
        Path file = capture("guix-session.bin");
        return file == null ? null : Files.readAllBytes(file);
    }

    /** A file of the capture of a real daemon, or null where it is not at hand. */
    static @Nullable Path capture(String name) {
        String shared = System.getProperty("heddle.shared");
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path root = shared != null ? Path.of(shared) : at.resolveSibling("shared");
            Path file = root.resolve("data").resolve("guix-captures").resolve(name);
            if (Files.exists(file)) {
                return file;
            }
        }
        return null;
    }

    /** A session of the worker protocol whose NEXT frames are the pieces of a bare stream, cut before each trace. */
    public static byte[] framed(byte[] bare) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        word(out, 0x6478696FL);
        word(out, 0x163);
        next(out, "a word of the daemon's as it starts\n".getBytes(StandardCharsets.US_ASCII));
        word(out, 0x616C7473L);
        word(out, 0x616C7473L);
        string(out, "/gnu/store/0xk92x3fpbd5mqk412pi3j7zlqx84jgb-reply.drv".getBytes(StandardCharsets.US_ASCII));
        word(out, 0x64617461L);
        word(out, 4096);
        word(out, 0x64617416L);
        string(out, "@ build-started /not-for-us - x y 1\n".getBytes(StandardCharsets.US_ASCII));
        for (byte[] piece : pieces(bare)) {
            next(out, piece);
        }
        word(out, 0x63787470L);
        string(out, "build of `/gnu/store/b.drv' failed".getBytes(StandardCharsets.US_ASCII));
        word(out, 100);
        return out.toByteArray();
    }

    /** Cuts a stream that is all right before each trace and head. */
    private static List<byte[]> pieces(byte[] bare) {
        List<byte[]> pieces = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < bare.length; ) {
            int end = lineEnd(bare, at);
            String line = new String(bare, at, end - at, StandardCharsets.ISO_8859_1);
            int payload = line.matches("@ build-(log|output) [0-9]{1,9} [0-9]{1,9}\n")
                    ? Integer.parseInt(line.strip().split(" ")[3])
                    : 0;
            int next = Math.min(bare.length, end + payload);
            pieces.add(Arrays.copyOfRange(bare, start, next));
            start = next;
            at = next;
        }
        return pieces;
    }

    private static int lineEnd(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(bytes.length, at + 1);
    }

    static void next(ByteArrayOutputStream out, byte[] bytes) {
        word(out, 0x6F6C6D67L);
        string(out, bytes);
    }

    static void string(ByteArrayOutputStream out, byte[] bytes) {
        word(out, bytes.length);
        out.writeBytes(bytes);
        out.writeBytes(new byte[(8 - bytes.length % 8) % 8]);
    }

    static void word(ByteArrayOutputStream out, long value) {
        for (int shift = 0; shift < 64; shift += 8) {
            out.write((int) (value >> shift));
        }
    }
}
