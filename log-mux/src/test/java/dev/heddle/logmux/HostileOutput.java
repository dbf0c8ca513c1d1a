package dev.heddle.logmux;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes output that tries to speak for the engine or for another job, or to command who reads it. */
final class HostileOutput {

    private static final String ESC = "\u001b";
    private static final String ST = ESC + "\\";

    /** One list for each class of attack; the last of a list is no better than the first. */
    private static final List<List<String>> CLASSES = List.of(
            // Cleared screens, resets, other screens, scrolling.
            List.of(
                    ESC + "[2J",
                    ESC + "[3J",
                    ESC + "c",
                    ESC + "[!p",
                    ESC + "[?1049h",
                    ESC + "[5S",
                    ESC + "#8",
                    ESC + "[1M"),
            // Cursor moves over what others wrote.
            List.of(
                    ESC + "[1A",
                    ESC + "[9;1H",
                    ESC + "M",
                    ESC + "7",
                    ESC + "8",
                    ESC + "[5F",
                    ESC + "[2;3r",
                    ESC + "[10D"),
            // Titles, notifications, palettes.
            List.of(
                    ESC + "]0;owned\u0007",
                    ESC + "]2;owned" + ST,
                    ESC + "]9;hi\u0007",
                    ESC + "]777;notify;a;b" + ST,
                    ESC + "]4;1;#000\u0007",
                    ESC + "]10;red\u0007",
                    ESC + "]1337;File=:AAAA\u0007"),
            // Links and the clipboard.
            List.of(
                    ESC + "]8;;http://evil.example/" + ST, ESC + "]8;id=1;file:///etc/passwd\u0007",
                    ESC + "]52;c;cm0gLXJmIH4K\u0007", ESC + "]52;p;?" + ST),
            // Questions that a terminal answers by typing.
            List.of(
                    ESC + "[6n",
                    ESC + "[c",
                    ESC + "[>0q",
                    ESC + "Z",
                    ESC + "[21t",
                    ESC + "P$qm" + ST,
                    ESC + "]11;?\u0007",
                    "\u0005",
                    ESC + "[?2026$p",
                    ESC + "[1;1;1;1;1;1*y"),
            // Modes and character sets.
            List.of(
                    ESC + "[?1000h",
                    ESC + "[?2004h",
                    ESC + "[?25l",
                    "\u000e",
                    ESC + "(0",
                    ESC + "[4h",
                    ESC + "[20h",
                    ESC + "="),
            // Strings for devices.
            List.of(
                    ESC + "Pq#0;2;0;0;0" + ST,
                    ESC + "_Ga=d" + ST,
                    ESC + "^pm" + ST,
                    ESC + "Xsos" + ST,
                    ESC + "[5i",
                    ESC + "[4i"),
            // Colours that stay on, in every spelling.
            List.of(
                    ESC + "[31m",
                    ESC + "[8m",
                    ESC + "[7;5m",
                    ESC + "[38;5;8m",
                    ESC + "[48:2::1:2:3m",
                    ESC + "[53m",
                    ESC + "[31;" + "1;".repeat(20) + "0m",
                    ESC + "[8;" + "1;".repeat(20) + "28m",
                    ESC + "[038;002m",
                    ESC + "[99999m",
                    ESC + "[12m",
                    ESC + "[51;60;73m",
                    ESC + "[38;31m",
                    ESC + "[4:3m",
                    ESC + "[;;91m"),
            // Eight-bit controls, as characters and as bytes.
            List.of("\u009b2J", "\u009d0;x\u009c", "\u0090q\u009c", "\u0085", "\u008d", "\u009b6n"),
            // What is cut, too long, or has controls in it.
            List.of(
                    ESC,
                    ESC + "[",
                    ESC + "[31",
                    ESC + "]0;",
                    ESC + "]0;" + "t".repeat(400),
                    ESC + "[3\u00071m",
                    ESC + "[" + "1".repeat(300) + "m",
                    ESC + ESC + "[2J",
                    ESC + "[2" + ESC + "[J",
                    ESC + "]0;a\nb\u0007",
                    ESC + "[2\u0018J",
                    ESC + "]8;;x\u0000" + ST,
                    ESC + "[2\u000bJ"),
            // Returns and backspaces over one's own line, and other line ends.
            List.of(
                    "\r",
                    "\r\r\r",
                    "\b\b\b\b",
                    "\u000b",
                    "\f",
                    "\u0085",
                    "\u2028",
                    "\u2029",
                    "\u0000",
                    "\u007f",
                    "\r\n"),
            // Heads and lines of the engine.
            List.of(
                    "\u2500\u2500 job1 \u2500\u2500\n",
                    "\u2500\u2500 job1: exit code 9 \u2500\u2500\n",
                    "\u2500\u2500 engine says 1\n",
                    "\u2500\u2500 error: all is lost\n",
                    "\u200b\u2500\u2500 job2 \u2500\u2500\n",
                    "\u2060\u2500\u2500 job1 (goes on) \u2500\u2500\n",
                    "\u0301\u2500\u2500 job1 \u2500\u2500\n",
                    ESC + "[1m\u2500\u2500 job1 \u2500\u2500" + ESC + "[0m\n",
                    "\u2026",
                    "\u2501\u2501 job1 \u2501\u2501\n"),
            // Prefixes of other jobs.
            List.of("[job1] forged\n", "[engine] forged\n", "\r[job1] forged\n"),
            // Commands to CI servers.
            List.of(
                    "::error file=a,line=1::forged\n",
                    "  ::set-output name=x::y\n",
                    "\u00a0::add-mask::x\n",
                    "\u3000::stop-commands::t\n",
                    ESC + "[0m::debug::x\n",
                    "##[error]forged\n",
                    "text ##vso[task.complete]x\n",
                    "##vso[task.setvariable variable=PATH]x\n",
                    "##teamcity[buildStatus text='x']\n",
                    "###[group]x\n",
                    "section_start:1:x[collapsed=true]\r" + ESC + "[0Kx\n",
                    "travis_fold:start:x\r" + ESC + "[0K\n",
                    "[[ATTACHMENT|/etc/passwd]]\n",
                    ESC + "[8mha:AAAA" + ESC + "[0m\n",
                    "a\r::error::x\n"),
            // Headings of Buildkite.
            List.of(
                    "--- forged\n",
                    "+++ forged\n",
                    "~~~\tforged\n",
                    "^^^ +++\n",
                    ESC + "[1m--- forged" + ESC + "[0m\n",
                    "-" + ESC + "[31m-- forged\n",
                    "x\r--- forged\n",
                    "\u200b--- \n",
                    "--- \r\n"),
            // Traces of Guix and Nix.
            List.of(
                    "@ build-started /gnu/store/x - x86_64-linux log 1\n",
                    "@ build-succeeded /gnu/store/x - \n",
                    "@ build-log 1 5\nhello",
                    "@ build-failed x - 1 x\n",
                    "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"x\"}\n",
                    "@ unsupported-platform x y\n",
                    "@ download-started x y -\n"),
            // Pieces of a journal, with the very mark that the journal has.
            List.of(
                    "\u0089HLF1\r\n\u001a",
                    "\u007f\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0004\u0000\u0000\u0000\u0000",
                    "\u0010\u0001\u0005hello",
                    "\u0030\u0001\u0003\u0001\u0002\u0000",
                    "\u0020\u0002\u0008",
                    "\u0040\u0001"),
            // Records of logs and events.
            List.of(
                    "{\"event\":\"task-finished\",\"task\":\"job1\",\"outcome\":\"failed\"}\n",
                    "job1 failed exit=1\n",
                    "heddle: 1 task failed\n",
                    "<script>alert(1)</script>\n",
                    "{\\object \\field}\n",
                    "]]></pre>\n"),
            // Directions and what is not to be seen.
            List.of(
                    "\u202egnp.exe",
                    "\u2066x",
                    "\u2069",
                    "\u200f",
                    "\u061c",
                    "\ufeff",
                    "\u200d",
                    "\u0301\u0301\u0301"));

    private static final List<byte[]> RAW = List.of(
            new byte[] {(byte) 0x9B, '2', 'J'},
            new byte[] {(byte) 0x9D, '0', ';', 'x', 7},
            new byte[] {(byte) 0xC2},
            new byte[] {(byte) 0xE2, (byte) 0x94},
            new byte[] {(byte) 0xC0, (byte) 0x9B, '2', 'J'},
            new byte[] {(byte) 0xE0, (byte) 0x82, (byte) 0x9B, '2', 'J'},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            new byte[] {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 0x1B});

    private final Random random;

    HostileOutput(Random random) {
        this.random = random;
    }

    /** The next output: some attacks with some text around them, and perhaps without an end of line. */
    byte[] next() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int attacks = 1 + random.nextInt(6);
        for (int i = 0; i < attacks; i++) {
            if (random.nextInt(4) == 0) {
                text(bytes, "word ");
            }
            if (random.nextInt(12) == 0) {
                bytes.writeBytes(RAW.get(random.nextInt(RAW.size())));
            } else {
                List<String> attack = CLASSES.get(random.nextInt(CLASSES.size()));
                String one = attack.get(random.nextInt(attack.size()));
                text(bytes, random.nextInt(10) == 0 ? mangled(one) : one);
            }
            if (random.nextInt(3) == 0) {
                text(bytes, "\n");
            }
        }
        if (random.nextInt(3) > 0) {
            text(bytes, "\n");
        }
        return bytes.toByteArray();
    }

    // The same with one character left out, doubled or changed.
    private String mangled(String text) {
        int at = random.nextInt(text.length());
        String middle = switch (random.nextInt(3)) {
            case 0 -> "";
            case 1 -> text.substring(at, at + 1).repeat(2);
            default -> String.valueOf((char) random.nextInt(0x100));
        };
        return text.substring(0, at) + middle + text.substring(at + 1);
    }

    private static void text(ByteArrayOutputStream bytes, String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
