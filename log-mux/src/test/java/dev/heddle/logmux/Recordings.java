package dev.heddle.logmux;

import dev.heddle.core.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Recordings that the tests make themselves: each an annoyance of its own. */
final class Recordings {

    private Recordings() {}

    static List<Recording> all() throws IOException {
        List<Recording> all = new ArrayList<>(List.of(
                halfLines(),
                noNewline(),
                binary(),
                utf8Bytes(),
                progress(),
                attacks(),
                forged(),
                chatty(200),
                channels(),
                liveSources(),
                wholeLines()));
        all.addAll(Recording.shared());
        return all;
    }

    /** Two tasks that have the stage to themselves, one behind the other, among others that speak and end meanwhile. */
    static Recording liveSources() {
        Recording r = new Recording("live");
        r.start(0, 1, "before").start(0, 2, "beside").start(0, 6, "held");
        r.say(1000, 1, "whole\n")
                .say(2000, 1, "half")
                .say(3000, 2, "other half")
                .say(3500, 6, "6 waits\n");
        r.start(3600, 7, "gone").say(3700, 7, "7 ended before\n").end(3800, 7, 0);
        r.startLive(4000, 3, "console").startLive(4500, 4, "second console");
        r.say(5000, 3, "Continue? [y/n] ").say(6000, 2, " goes on\n").say(7000, 4, "me too\n");
        r.end(8000, 2, 1).say(9000, 1, Channel.STDERR, new byte[] {'e', '\n', 'f'});
        r.say(4_000_000, 3, "y\n")
                .start(4_100_000, 5, "late")
                .say(4_200_000, 5, "5\n")
                .end(4_300_000, 5, 0);
        r.end(8_000_000, 3, 0).say(8_100_000, 4, "half a line").say(8_200_000, 1, " a line\n");
        return r.end(9_000_000, 4, 0)
                .say(9_100_000, 1, "last")
                .end(9_200_000, 1, 0)
                .end(9_300_000, 6, 0);
    }

    /** Few lines of three tasks, each line telling whose it is and which; never half a line. */
    static Recording wholeLines() {
        Recording r = new Recording("whole-lines");
        for (int task = 1; task <= 3; task++) {
            r.start(0, task, "lines " + task);
        }
        for (int line = 0; line < 12; line++) {
            int task = 1 + (line + line / 4) % 3;
            String indent = line % 4 == 3 ? "  " : "";
            r.say(line * 90_000L, task, indent + "<task " + task + " line " + line + ">\n");
        }
        return r.end(1_000_000, 2, 0).end(1_500_000, 1, 1).end(1_600_000, 3, 0);
    }

    /** Four tasks write 200 lines each, every line in two halves, in turn. */
    static Recording halfLines() {
        Recording r = new Recording("half-lines");
        for (int task = 1; task <= 4; task++) {
            r.start(0, task, "halves " + task);
        }
        for (int line = 0; line < 200; line++) {
            for (int half = 0; half < 2; half++) {
                for (int task = 1; task <= 4; task++) {
                    long micros = (line * 2L + half) * 7000 + task * 100L;
                    r.say(micros, task, half == 0 ? "<task " + task + " line " : line + ">\n");
                }
            }
        }
        for (int task = 1; task <= 4; task++) {
            r.end(4_000_000, task, 0);
        }
        return r;
    }

    /** Twenty tasks whose last line has no newline. */
    static Recording noNewline() {
        Recording r = new Recording("no-newline");
        for (int task = 1; task <= 20; task++) {
            r.start(task, task, "noeol " + task);
        }
        for (int task = 1; task <= 20; task++) {
            r.say(1000L * task, task, "first " + task + "\n").say(1000L * task + 10, task, "last words of " + task);
        }
        for (int task = 20; task >= 1; task--) {
            r.end(100_000 + task, task, task % 3);
        }
        return r;
    }

    /** Bytes that mean nothing. */
    static Recording binary() {
        Recording r = new Recording("binary");
        Random random = new Random(5);
        r.start(0, 1, "binary 1").start(0, 2, "binary 2");
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[1 + random.nextInt(700)];
            random.nextBytes(bytes);
            r.say(i * 20_000L, 1 + i % 2, random.nextBoolean() ? Channel.STDOUT : Channel.STDERR, bytes);
        }
        return r.say(7_000_000, 1, Channel.STDOUT, new byte[200_000]).end(7_100_000, 1, 0);
    }

    /** Characters of two to four bytes, a byte at a time, two tasks in turn. */
    static Recording utf8Bytes() {
        Recording r = new Recording("utf-8");
        byte[] text = "grüße ∀x∈ℝ 漢字 🧵👩‍👩‍👧 ok\n".repeat(8).getBytes(StandardCharsets.UTF_8);
        r.start(0, 1, "one").start(0, 2, "two");
        for (int i = 0; i < text.length; i++) {
            r.say(i * 30_000L, 1, Channel.STDOUT, new byte[] {text[i]});
            r.say(i * 30_000L + 10_000, 2, Channel.STDOUT, new byte[] {text[i]});
        }
        return r.end(text.length * 30_000L, 1, 0).end(text.length * 30_000L, 2, 0);
    }

    /** Bars that return to the beginning of the line. */
    static Recording progress() {
        Recording r = new Recording("progress");
        r.start(0, 1, "download").start(0, 2, "compile");
        for (int percent = 0; percent <= 100; percent++) {
            r.say(percent * 80_000L, 1, "\r" + percent + "%");
            r.say(percent * 80_000L + 5000, 2, "line " + percent + "\r\n");
        }
        return r.say(8_200_000, 1, "\rdone\n").end(8_300_000, 1, 0).end(8_300_000, 2, 0);
    }

    /** What a terminal would obey. */
    static Recording attacks() {
        Recording r = new Recording("attacks");
        String[] attacks = {
            "\u001b]0;title\u0007",
            "\u001b]52;c;ZXZpbA==\u0007",
            "\u001b[2J\u001b[H",
            "\u001b[?1049h",
            "\u001b[6n",
            "\u001bP$q\"p\u001b\\",
            "\u001bc",
            "\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\",
            "\u009b2J",
            "\u000e\u000f",
            "\u001b[31mred",
            "\u001b[8mhidden",
            "\u202egnp.exe",
            "\u001b[1;38;2;1;2;3mrgb",
            "\u001b]0;never ends",
            "\u001b[",
        };
        r.start(0, 1, "evil \u001b[2J\u202e name").start(0, 2, "good");
        for (int i = 0; i < attacks.length; i++) {
            r.say(i * 300_000L, 1, attacks[i] + "\n").say(i * 300_000L + 100_000, 2, "good line " + i + "\n");
            r.say(i * 300_000L + 150_000, 1, attacks[i]);
        }
        return r.end(6_000_000, 1, 1).end(6_000_000, 2, 0);
    }

    /** Lines that look like the engine's, a daemon's or a CI system's. */
    static Recording forged() {
        Recording r = new Recording("forged");
        r.start(0, 1, "forger").start(0, 2, "victim");
        String[] lines = {
            "\u2500\u2500 victim \u2500\u2500",
            "\u200b\u2500\u2500 victim \u2500\u2500",
            "\u001b[1m\u2500\u2500 victim \u2500\u2500",
            "x\r\u2500\u2500 victim \u2500\u2500",
            "\u2026rest",
            "\u2014\u2014 victim",
            "@ build-succeeded /gnu/store/x - ",
            "@ build-log 1 99",
            "::error::gone",
            "##vso[task.complete]",
        };
        for (int i = 0; i < lines.length; i++) {
            r.say(i * 400_000L, 1, lines[i] + "\n").say(i * 400_000L + 300_000, 2, "honest " + i + "\n");
        }
        return r.end(5_000_000, 1, 0).end(5_000_000, 2, 0);
    }

    /** Many tasks that talk at once, 20 lines each. */
    static Recording chatty(int tasks) {
        Recording r = new Recording("chatty-" + tasks);
        for (int task = 1; task <= tasks; task++) {
            r.start(task * 10L, task, "chatty " + task);
        }
        for (int line = 0; line < 20; line++) {
            for (int task = 1; task <= tasks; task++) {
                r.say(10_000L * (line + 1) + task * 5L, task, "task " + task + " says line " + line + " of twenty\n");
            }
        }
        for (int task = 1; task <= tasks; task++) {
            r.end(400_000L + task * 10L, task, 0);
        }
        return r;
    }

    /** One task on several channels. */
    static Recording channels() {
        Recording r = new Recording("channels");
        r.start(0, 1, "channels");
        for (int i = 0; i < 50; i++) {
            r.say(i * 100_000L, 1, "out " + i + (i % 3 == 0 ? "" : "\n"));
            r.say(
                    i * 100_000L + 20_000,
                    1,
                    Channel.STDERR,
                    ("err\n  more " + i + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return r.end(6_000_000, 1, 0);
    }
}
