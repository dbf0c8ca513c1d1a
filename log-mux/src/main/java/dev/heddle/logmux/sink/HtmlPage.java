package dev.heddle.logmux.sink;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The file of a report: puts the parts together when all of them are there, aside, and then gives it its name, so that there
 * is never half a page. Logs that are long go into a folder beside it, of which the page names the one that belongs to it.
 *
 * <p>Nothing of a build stands in the page but as base64, so that no text can be taken for markup.
 */
final class HtmlPage implements AutoCloseable {

    /** Logs that take more bytes than this, compressed, go into a folder. */
    static final long MOST_INLINE = 50L * 1024 * 1024;

    /** Bytes of blocks in a file of the folder. */
    private static final long PART = 4L * 1024 * 1024;

    private static final List<String> CODE =
            List.of("data.js", "text.js", "window.js", "log.js", "tasks.js", "timeline.js", "search.js", "main.js");

    private static final Pattern PART_NAME = Pattern.compile("[0-9]{5,}\\.js");

    private final Path file;
    private final long mostInline;
    private final HtmlSpill blocks;
    private final HtmlSpill index;
    private final HtmlSpill jobs;
    private final HtmlSpill facts;
    private String firstBlocks = "";

    HtmlPage(Path file, long mostInline) throws IOException {
        this.file = file;
        this.mostInline = mostInline;
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": a report is a file, and this is a folder");
        }
        this.blocks = new HtmlSpill(beside(".blocks.new"));
        this.index = new HtmlSpill(beside(".index.new"));
        this.jobs = new HtmlSpill(beside(".jobs.new"));
        this.facts = new HtmlSpill(beside(".facts.new"));
    }

    Path file() {
        return file;
    }

    HtmlSpill blocks() {
        return blocks;
    }

    HtmlSpill index() {
        return index;
    }

    HtmlSpill jobs() {
        return jobs;
    }

    HtmlSpill facts() {
        return facts;
    }

    private Path beside(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /** Writes the page and gives it its name. */
    void publish() throws IOException {
        index.endText();
        jobs.endText();
        facts.endText();
        String folder = blocks.bytes() > mostInline ? writeFolder() : "";
        Path aside = beside(".new");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside), 1 << 16)) {
                write(out, folder);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
        removeFoldersBut(folder);
    }

    private void write(OutputStream out, String folder) throws IOException {
        String style = resource("page.css");
        StringBuilder code = new StringBuilder("(() => {\n'use strict';\n");
        for (String name : CODE) {
            code.append(resource(name));
        }
        code.append("})();\n");
        String nonce = HexFormat.of().formatHex(digest(code + folder)).substring(0, 32);
        text(
                out,
                resource("page.html")
                        .replace("@STYLE_HASH@", base64(digest(style)))
                        .replace("@CODE_HASH@", base64(digest(code.toString())))
                        .replace("@NONCES@", folder.isEmpty() ? "" : " 'nonce-" + nonce + "'")
                        .replace("@STYLE@", style));
        part(out, "index", index);
        part(out, "jobs", jobs);
        part(out, "facts", facts);
        String place = base64((folder + "\n" + firstBlocks).getBytes(StandardCharsets.UTF_8));
        text(out, "<script type=\"text/plain\" id=\"folder\">" + place + "</script>\n");
        text(out, "<script nonce=\"" + nonce + "\">" + code + "</script>\n");
        if (folder.isEmpty()) {
            int[] number = {0};
            blocks.read(block -> text(
                    out, "<script type=\"text/plain\" id=\"b" + number[0]++ + "\">" + base64(block) + "</script>\n"));
        }
        text(out, "</body>\n</html>\n");
    }

    private static void part(OutputStream out, String id, HtmlSpill spill) throws IOException {
        text(out, "<script type=\"text/plain\" id=\"" + id + "\">");
        spill.read(block -> text(out, base64(block) + " "));
        text(out, "</script>\n");
    }

    // The name tells the contents, so that an old page never shows what belongs to a new one.
    private String writeFolder() throws IOException {
        MessageDigest digest = sha256();
        Path making = beside(".data.new");
        remove(making);
        Files.createDirectories(making);
        Parts parts = new Parts(making);
        try (parts) {
            blocks.read(block -> {
                digest.update(block);
                parts.add(block);
            });
        }
        firstBlocks = parts.firsts.toString().strip();
        String name = file.getFileName() + ".data-"
                + HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        Path folder = file.resolveSibling(name);
        remove(folder);
        Files.move(making, folder, StandardCopyOption.ATOMIC_MOVE);
        return name;
    }

    /** Files of blocks: each a call that hands them to the page. */
    private static final class Parts implements AutoCloseable {
        private final Path folder;
        private OutputStream out = OutputStream.nullOutputStream();
        /** For each file the number of its first block. */
        final StringBuilder firsts = new StringBuilder();

        private long length = PART;
        private int count;
        private int files;

        Parts(Path folder) {
            this.folder = folder;
        }

        void add(byte[] block) throws IOException {
            if (length >= PART) {
                next();
            }
            text(out, "\"" + base64(block) + "\",\n");
            length += block.length;
            count++;
        }

        private void next() throws IOException {
            end();
            firsts.append(count).append(' ');
            String name = String.format(Locale.ROOT, "%05d.js", files++);
            out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)), 1 << 16);
            text(out, "heddleBlocks(" + count + ", [\n");
            length = 0;
        }

        private void end() throws IOException {
            if (files > 0) {
                text(out, "]);\n");
            }
            out.close();
        }

        @Override
        public void close() throws IOException {
            end();
        }
    }

    private void removeFoldersBut(String kept) throws IOException {
        String prefix = file.getFileName() + ".data-";
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, path -> {
            String name = String.valueOf(path.getFileName());
            return name.startsWith(prefix)
                    && !name.equals(kept)
                    && name.substring(prefix.length()).matches("[0-9a-f]{16}");
        })) {
            for (Path folder : all) {
                remove(folder);
            }
        }
    }

    // Takes away nothing but what is written here.
    private static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean empty = true;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path part : all) {
                if (PART_NAME.matcher(String.valueOf(part.getFileName())).matches()) {
                    Files.delete(part);
                } else {
                    empty = false;
                }
            }
        }
        if (empty) {
            Files.delete(folder);
        }
    }

    private static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream("report/" + name)) {
            if (in == null) {
                throw new AssertionError("BUG: the report's " + name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] digest(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("BUG: every Java has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (blocks;
                index;
                jobs;
                facts) {
            // Each is removed, whatever becomes of the others.
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
