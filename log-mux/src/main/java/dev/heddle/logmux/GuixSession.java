package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.OutputPort;
import dev.heddle.logmux.wire.GuixStatus;
import dev.heddle.logmux.wire.GuixStatusFollower;
import dev.heddle.logmux.wire.GuixTrace;
import dev.heddle.logmux.wire.GuixVisitor;
import dev.heddle.logmux.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives what a Guix daemon's stream tells to an output port: each build is a job, named like its derivation; each process that
 * prints and was never announced is a job too; the daemon's own words, which may hold anything when the daemon does not mark
 * what builders print, are a job called {@value #DAEMON}, so that they can never pass for the engine's.
 *
 * <p>{@code new GuixReader(session).readAll(stream)} and {@link #close} show a whole stream.
 *
 * <p><b>Memory.</b> At most {@link GuixStatus#MOST_OPEN} jobs are open at once; beyond them the oldest is closed.
 *
 * <p><b>Failure.</b> Bad bytes are told through the port, the first {@value #MOST_COMPLAINTS} of them one by one, and counted.
 * {@link #close} closes what is open; a second close does nothing. The port stays open.
 *
 * <p>Not safe for several threads.
 */
public final class GuixSession implements GuixVisitor, AutoCloseable {

    /** Name of the job whose output is what the daemon says for itself. */
    public static final String DAEMON = "guix-daemon";

    private static final int MOST_COMPLAINTS = 10;
    private static final int HASH_LENGTH = 33;

    private final OutputPort port;
    private final GuixStatusFollower follower = new GuixStatusFollower();
    /** By the key of what they belong to, the oldest first: a derivation, or a process that was not announced. */
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    private final Map<Long, String> keys = new HashMap<>();
    private long opened;
    private int complaints;
    private int errors;
    private boolean closed;
    private @Nullable JobOutput daemon;

    private record Job(JobOutput output, OptionalLong pid) {}

    /** Opens jobs in {@code port} as they begin. */
    public GuixSession(OutputPort port) {
        this.port = port;
    }

    /** What the daemon does at the moment, and how many builds have ended. */
    public GuixStatus status() {
        return follower.status();
    }

    /** How many operations of the daemon ended with an error. */
    public int errors() {
        return errors;
    }

    /** How many times bytes were not what the format says. */
    public int damages() {
        return complaints;
    }

    @Override
    public void trace(long offset, GuixTrace trace) {
        follower.trace(offset, trace);
        if (trace instanceof GuixTrace.BuildStarted started) {
            openBuild(started.derivation(), started.pid());
        } else if (trace instanceof GuixTrace.BuildSucceeded ended) {
            end(ended.derivation(), new Outcome.Succeeded(Duration.ZERO));
        } else if (trace instanceof GuixTrace.BuildFailed ended) {
            failed(ended);
        } else {
            tell(trace);
        }
    }

    @Override
    public void builderTrace(long offset, long pid, GuixTrace trace) {
        follower.builderTrace(offset, pid, trace);
        builder(pid).write(Channel.STDOUT, utf8(trace.line() + "\n"));
    }

    @Override
    public void daemonText(long offset, Slice bytes) {
        daemon().write(Channel.STDOUT, bytes.array(), bytes.from(), bytes.length());
    }

    @Override
    public void builderText(long offset, long pid, Slice bytes) {
        follower.builderText(offset, pid, bytes);
        builder(pid).write(Channel.STDOUT, bytes.array(), bytes.from(), bytes.length());
    }

    @Override
    public void error(long offset, long status, String message) {
        errors++;
        say(Channel.ERROR, message);
    }

    @Override
    public void damaged(long offset, String problem) {
        if (complaints++ < MOST_COMPLAINTS) {
            port.message(
                    Channel.WARNING, "the stream of the Guix daemon is damaged at byte " + offset + ": " + problem);
        }
    }

    /** Ends all jobs that are open; how they ended is not known. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (complaints > MOST_COMPLAINTS) {
            port.message(
                    Channel.WARNING,
                    "the stream of the Guix daemon is damaged at " + (complaints - MOST_COMPLAINTS) + " places more");
        }
        jobs.values().forEach(job -> job.output().close());
        jobs.clear();
        keys.clear();
        if (daemon != null) {
            daemon.close();
            daemon = null;
        }
    }

    private void tell(GuixTrace trace) {
        if (trace instanceof GuixTrace.HashMismatch wrong) {
            say(
                    Channel.ERROR,
                    wrong.item() + ": the " + wrong.algorithm() + " hash is " + wrong.actual() + ", not "
                            + wrong.expected());
        } else if (trace instanceof GuixTrace.UnsupportedPlatform none) {
            say(Channel.ERROR, none.derivation() + ": no machine builds for " + none.platform());
        } else if (trace instanceof GuixTrace.HookFailed hook) {
            say(Channel.WARNING, hook.derivation() + ": could not be built elsewhere: " + hook.message());
        } else if (trace instanceof GuixTrace.SubstituterFailed missing) {
            say(Channel.WARNING, missing.item() + ": could not be fetched: " + missing.message());
        } else if (trace instanceof GuixTrace.SubstituterStarted started) {
            say(Channel.MESSAGE, "fetching " + started.item());
        } else if (trace instanceof GuixTrace.DownloadStarted started) {
            say(Channel.MESSAGE, "downloading " + started.item() + " from " + started.uri());
        } else if (trace instanceof GuixTrace.DownloadSucceeded ended) {
            say(Channel.MESSAGE, "downloaded " + ended.item());
        } else if (trace instanceof GuixTrace.Other unknown) {
            // A daemon that is newer than this, or one whose words are cut: nothing it says is lost.
            say(Channel.STDOUT, unknown.line());
        }
    }

    private void say(Channel channel, String text) {
        daemon().write(channel, utf8(text + "\n"));
    }

    private JobOutput daemon() {
        JobOutput known = daemon;
        if (known == null) {
            known = port.open(job(DAEMON, "what the Guix daemon says for itself"));
            daemon = known;
        }
        return known;
    }

    private JobOutput builder(long pid) {
        String key = keys.get(pid);
        Job known = key == null ? null : jobs.get(key);
        if (known == null) {
            String name = "process " + pid;
            known = open(name, name, "a process that the Guix daemon did not announce", OptionalLong.of(pid));
        }
        return known.output();
    }

    private Job open(String key, String name, String description, OptionalLong pid) {
        close(key);
        if (jobs.size() >= GuixStatus.MOST_OPEN) {
            close(jobs.keySet().iterator().next());
        }
        Job job = new Job(port.open(job(name, description)), pid);
        jobs.put(key, job);
        // The number of a process that has ended is used again: from here on it means this one.
        pid.ifPresent(number -> keys.put(number, key));
        return job;
    }

    private JobInfo job(String name, String description) {
        return new JobInfo(++opened, name, null, description, "local", 1);
    }

    private void close(String key) {
        Job job = remove(key);
        if (job != null) {
            job.output().close();
        }
    }

    /** A build that cannot be started, or is known to fail, was never said to begin: it is a job all the same. */
    private void failed(GuixTrace.BuildFailed ended) {
        if (!jobs.containsKey(ended.derivation())) {
            openBuild(ended.derivation(), OptionalLong.empty());
        }
        end(ended.derivation(), failure(ended.code(), ended.message()));
    }

    private void openBuild(String derivation, OptionalLong pid) {
        open(derivation, name(derivation), derivation, pid);
    }

    private void end(String key, Outcome outcome) {
        Job job = remove(key);
        if (job != null) {
            job.output().finish(outcome);
        }
    }

    private @Nullable Job remove(String key) {
        Job job = jobs.remove(key);
        if (job != null && job.pid().isPresent()) {
            keys.remove(job.pid().getAsLong(), key);
        }
        return job;
    }

    private static Outcome failure(OptionalInt code, String message) {
        String what = code.isPresent() && code.getAsInt() == 0 ? "could not be started: " + message : message;
        return new Outcome.Failed("build", new Outcome.FailureCause.Rejected(what), List.of());
    }

    /** The name of a derivation without directory, hash and suffix. */
    private static String name(String derivation) {
        String file = derivation.substring(derivation.lastIndexOf('/') + 1);
        String whole = file.endsWith(".drv") ? file.substring(0, file.length() - ".drv".length()) : file;
        boolean hashed = whole.length() > HASH_LENGTH && whole.charAt(HASH_LENGTH - 1) == '-';
        String name = hashed ? whole.substring(HASH_LENGTH) : whole;
        return name.isEmpty() ? derivation : name;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
