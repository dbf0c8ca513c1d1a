package dev.heddle.scheduler.host;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Slurm's programs print: {@code sbatch --parsable} (sbatch(1)), and {@code squeue} with the format {@value
 * #QUEUE_FORMAT} (squeue(1), "JOB STATE CODES").
 */
final class SlurmAnswers {

    /** The state of a job that was ended because of its memory. */
    static final String OUT_OF_MEMORY = "OUT_OF_MEMORY";

    /** A job's number and its state, in full. */
    static final String QUEUE_FORMAT = "%i %T";

    /** The state of a job whose processes are being ended; another one follows. */
    static final String COMPLETING = "COMPLETING";

    /** Longest line of an answer. */
    static final int MAX_LINE = 200;

    private static final Pattern SUBMITTED = Pattern.compile("([1-9][0-9]{0,17})(;[A-Za-z0-9_.-]{1,64})?\n");
    private static final Pattern QUEUED = Pattern.compile("([1-9][0-9]{0,17}) ([A-Z_]{1,32})");
    private static final Pattern PREFIX = Pattern.compile("^(sbatch|srun): (error: |fatal: )?", Pattern.MULTILINE);

    /** What a number of jobs has used up passes with the end of one of them. */
    private static final Pattern LIMIT =
            Pattern.compile("(qos|assoc)(max|grp)[a-z]*|maxsubmit[a-z]*|violates accounting/qos policy");

    /** No waiting makes one job smaller. */
    private static final Pattern TOO_LARGE = Pattern.compile(
            "(qos|assoc)(max|min)[a-z]*(perjob|pernode|minutesperjob)[a-z]*|node configuration is not available"
                    + "|memory specification can not be satisfied|cpu count per node can not be satisfied"
                    + "|requested time limit is invalid|more processors requested than permitted");

    private static final List<String> PASSING = List.of(
            "unable to contact slurm controller",
            "temporarily",
            "timed out",
            "connection refused",
            "connect failure",
            "connection reset",
            "zero bytes were transmitted",
            "transport endpoint",
            "send/recv operation",
            "in standby mode",
            "invalid authentication credential",
            "munge");

    /** Why a job was not taken. */
    enum Refusal {
        /** There are as many jobs as the user may have. */
        LIMIT,
        /** Slurm is not to be reached; it may have taken the job all the same. */
        TROUBLE,
        /** It will never be taken there, because of what the job needs. */
        TOO_LARGE,
        /** Nothing will be taken there. */
        HOST
    }

    private static final Set<String> OVER = Set.of(
            "BOOT_FAIL",
            "CANCELLED",
            "COMPLETED",
            "DEADLINE",
            "FAILED",
            "NODE_FAIL",
            OUT_OF_MEMORY,
            "PREEMPTED",
            "REVOKED",
            "SPECIAL_EXIT",
            "TIMEOUT");

    /** Of those, the ones in which Slurm has itself ended the job, on a node that it had in its hands. */
    private static final Set<String> DEAD = Set.of("CANCELLED", "DEADLINE", OUT_OF_MEMORY, "PREEMPTED", "TIMEOUT");

    /** Of those, the ones that say nothing of the job itself: others had it end, or its node did. */
    private static final Set<String> TAKEN = Set.of("BOOT_FAIL", "CANCELLED", "NODE_FAIL", "PREEMPTED", "REVOKED");

    private SlurmAnswers() {}

    /** The number of a job that was taken, or nothing if this is no such answer. */
    static OptionalLong submitted(byte[] answer) {
        if (answer.length > MAX_LINE) {
            return OptionalLong.empty();
        }
        Matcher matcher = SUBMITTED.matcher(new String(answer, StandardCharsets.ISO_8859_1));
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    /** Why sbatch refused, by what it said. */
    static Refusal refusal(String said) {
        String text = said.toLowerCase(Locale.ROOT);
        if (TOO_LARGE.matcher(text).find()) {
            return Refusal.TOO_LARGE;
        }
        if (LIMIT.matcher(text).find()) {
            return Refusal.LIMIT;
        }
        return PASSING.stream().anyMatch(text::contains) ? Refusal.TROUBLE : Refusal.HOST;
    }

    /** What a program said, in one line without its name. */
    static String words(String said) {
        return PREFIX.matcher(said).replaceAll("").strip().replaceAll("[\\r\\n]+", "; ");
    }

    /**
     * The states of jobs by their numbers.
     *
     * @throws IllegalArgumentException if this is no whole answer
     */
    static Map<Long, String> queue(byte[] answer) {
        Map<Long, String> states = new HashMap<>();
        int from = 0;
        for (int at = 0; at < answer.length; at++) {
            if (answer[at] == '\n') {
                String line = new String(answer, from, Math.min(at - from, MAX_LINE + 1), StandardCharsets.ISO_8859_1);
                Matcher matcher = QUEUED.matcher(line);
                if (!matcher.matches()) {
                    throw new IllegalArgumentException("a line of squeue is not a number and a state");
                }
                if (states.put(Long.parseLong(matcher.group(1)), matcher.group(2)) != null) {
                    throw new IllegalArgumentException("squeue named job " + matcher.group(1) + " twice");
                }
                from = at + 1;
            }
        }
        if (from != answer.length) {
            throw new IllegalArgumentException("the answer of squeue stops within a line");
        }
        return states;
    }

    /** Whether a job in this state will do nothing more. */
    static boolean isOver(String state) {
        return OVER.contains(state);
    }

    /** Whether a job in this state was ended by somebody else, or by its node, so that its failure is none of its own. */
    static boolean isTaken(String state) {
        return TAKEN.contains(state);
    }

    /** The limit at which Slurm ends a job that comes to this state, in a sentence about it, or null if it is none. */
    static @Nullable String limit(@Nullable String state) {
        if ("TIMEOUT".equals(state) || "DEADLINE".equals(state)) {
            return "Slurm ended the job at its time limit";
        }
        return OUT_OF_MEMORY.equals(state)
                ? "Slurm ended the job because it took more memory than it had asked for"
                : null;
    }

    /** Whether a job that was killed from here and is in this state has no process left on any node. */
    static boolean isKilled(String state) {
        return isDead(state) || state.equals("COMPLETED") || state.equals("FAILED");
    }

    /** Whether a job in this state has no process left on any node, by Slurm's own doing. */
    static boolean isDead(String state) {
        return DEAD.contains(state);
    }
}
