package dev.heddle.logmux.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a Guix daemon does at one moment, as far as its {@linkplain GuixTraces stream} has told: a value that each trace and each
 * line of a builder turns into another. {@link GuixStatusFollower} keeps it up to date.
 *
 * <p>What has ended is only counted. Of more than {@value #MOST_OPEN} builds or downloads at once the oldest are forgotten;
 * builds are counted further, so that it is known how many have not ended. An end of something that is not being built is taken
 * for the end of one of those forgotten. When none is, a good end changes nothing, as a daemon that builds twice to compare
 * tells it twice; but a failure counts, as a build that cannot be started or is known to fail is told without a beginning.
 *
 * @param building what is being built, in the order in which it began
 * @param downloading what is being fetched, in the order in which it began
 * @param built how many builds ended well
 * @param failed how many builds failed
 * @param downloaded how many downloads ended well
 * @param forgotten how many builds have begun and not ended and are not among {@code building}
 */
public record GuixStatus(
        List<Build> building, List<Download> downloading, int built, int failed, int downloaded, int forgotten) {

    /** Most builds, and most downloads, that are kept in mind at once. */
    public static final int MOST_OPEN = 1000;
    /** How much of a line, in characters, {@link #afterLine} looks at. */
    public static final int MOST_PROGRESS = 256;

    private static final Pattern PERCENT = Pattern.compile("\\s{0,32}\\[ {0,8}([0-9]{1,9})%].*");
    private static final Pattern PART =
            Pattern.compile("\\s{0,32}\\[ {0,8}([0-9]{1,9}) {0,8}(?:/|of) {0,8}([0-9]{1,9})].*");
    private static final Pattern PHASE = Pattern.compile("starting phase [`']([^']+)'.*");

    /**
     * Something that is being built.
     *
     * @param derivation full name of its {@code .drv} file
     * @param pid process of the builder, where it is known
     * @param system kind of machine it is built for
     * @param logFile file with its output, or empty
     * @param host machine that builds it, if it is not the daemon's own
     * @param phase phase of the build that has begun last, if the builder told
     * @param percent how much of it is done, 0 to 100, if the builder told
     */
    public record Build(
            String derivation,
            OptionalLong pid,
            String system,
            String logFile,
            @Nullable String host,
            @Nullable String phase,
            OptionalInt percent) {

        Build with(@Nullable String newPhase, OptionalInt newPercent) {
            return new Build(derivation, pid, system, logFile, host, newPhase, newPercent);
        }

        Build on(String newHost) {
            return new Build(derivation, pid, system, logFile, newHost, phase, percent);
        }

        Build withoutPid() {
            return new Build(derivation, OptionalLong.empty(), system, logFile, host, phase, percent);
        }

        boolean has(long process) {
            return pid.isPresent() && pid.getAsLong() == process;
        }
    }

    /**
     * Something that is being fetched.
     *
     * @param item full name of what it will be
     * @param uri where it comes from; empty if that was not told
     * @param size its size in bytes, where it is known
     * @param transferred how many bytes of it are there
     */
    public record Download(String item, String uri, OptionalLong size, long transferred) {}

    /** Copies the lists. */
    public GuixStatus {
        building = List.copyOf(building);
        downloading = List.copyOf(downloading);
    }

    /** Nothing is being done, nothing was done. */
    public static GuixStatus initial() {
        return new GuixStatus(List.of(), List.of(), 0, 0, 0, 0);
    }

    /** How many builds have begun and not ended. */
    public int unfinished() {
        return building.size() + forgotten;
    }

    /** The build whose builder is a process. */
    public @Nullable Build buildOf(long pid) {
        return building.stream().filter(build -> build.has(pid)).findFirst().orElse(null);
    }

    /** What is done after a trace of the daemon. */
    public GuixStatus after(GuixTrace trace) {
        if (trace instanceof GuixTrace.BuildStarted started) {
            return started(started);
        } else if (trace instanceof GuixTrace.BuildSucceeded ended) {
            return ended(ended.derivation(), 1, 0);
        } else if (trace instanceof GuixTrace.BuildFailed ended) {
            return ended(ended.derivation(), 0, 1);
        } else if (trace instanceof GuixTrace.BuildRemote remote) {
            return with(
                    each(building, build -> build.derivation().equals(remote.derivation()), b -> b.on(remote.host())),
                    downloading);
        }
        return afterFetching(trace);
    }

    /**
     * What is done after a trace that a builder printed. A builder that downloads is no longer a build: its download is shown
     * in its place.
     */
    public GuixStatus afterBuilder(long pid, GuixTrace trace) {
        if (trace instanceof GuixTrace.DownloadStarted) {
            return with(without(building, build -> build.has(pid)), downloading).after(trace);
        }
        return after(trace);
    }

    /**
     * What is done after a builder printed a line: its beginning may tell the phase or how far it is, as {@code [ 50%]},
     * {@code [3/7]}, {@code [3 of 7]} or {@code starting phase `build'}. A line with a NUL tells nothing.
     *
     * @param line the line; what stands behind the first {@value #MOST_PROGRESS} characters is not looked at
     */
    public GuixStatus afterLine(long pid, String line) {
        String head = line.length() > MOST_PROGRESS ? line.substring(0, MOST_PROGRESS) : line;
        if (buildOf(pid) == null || head.indexOf('\0') >= 0) {
            return this;
        }
        Matcher phase = PHASE.matcher(head);
        if (phase.lookingAt()) {
            return with(each(building, b -> b.has(pid), b -> b.with(phase.group(1), OptionalInt.empty())), downloading);
        }
        OptionalInt percent = percent(head);
        return percent.isEmpty()
                ? this
                : with(each(building, b -> b.has(pid), b -> b.with(b.phase(), percent)), downloading);
    }

    private static OptionalInt percent(String line) {
        Matcher percent = PERCENT.matcher(line);
        if (percent.lookingAt()) {
            return OptionalInt.of(Math.min(100, Integer.parseInt(percent.group(1))));
        }
        Matcher part = PART.matcher(line);
        if (part.lookingAt() && Integer.parseInt(part.group(2)) > 0) {
            long done = 100L * Integer.parseInt(part.group(1)) / Integer.parseInt(part.group(2));
            return OptionalInt.of((int) Math.min(100, done));
        }
        return OptionalInt.empty();
    }

    private GuixStatus ended(String derivation, int well, int badly) {
        List<Build> others = without(building, build -> build.derivation().equals(derivation));
        int known = building.size() - others.size();
        int unknown = known == 0 && forgotten > 0 ? 1 : 0;
        int count = known + unknown;
        return new GuixStatus(
                others,
                downloading,
                built + well * count,
                failed + badly * Math.max(1, count),
                downloaded,
                forgotten - unknown);
    }

    private GuixStatus started(GuixTrace.BuildStarted started) {
        List<Build> all = new ArrayList<>(without(building, b -> b.derivation().equals(started.derivation())));
        // The number of a process that has ended is used again.
        started.pid().ifPresent(pid -> all.replaceAll(build -> build.has(pid) ? build.withoutPid() : build));
        all.add(new Build(
                started.derivation(),
                started.pid(),
                started.system(),
                started.logFile(),
                null,
                null,
                OptionalInt.empty()));
        List<Build> kept = newest(all);
        return new GuixStatus(kept, downloading, built, failed, downloaded, forgotten + all.size() - kept.size());
    }

    private GuixStatus afterFetching(GuixTrace trace) {
        if (trace instanceof GuixTrace.SubstituterStarted started) {
            return fetching(new Download(started.item(), "", OptionalLong.empty(), 0));
        } else if (trace instanceof GuixTrace.DownloadStarted started) {
            return fetching(new Download(started.item(), started.uri(), started.size(), 0));
        } else if (trace instanceof GuixTrace.DownloadProgress on) {
            return fetching(new Download(on.item(), on.uri(), on.size(), on.transferred()));
        } else if (trace instanceof GuixTrace.DownloadSucceeded ended) {
            return fetched(ended.item(), 1);
        } else if (trace instanceof GuixTrace.SubstituterSucceeded ended) {
            return fetched(ended.item(), 1);
        } else if (trace instanceof GuixTrace.SubstituterFailed ended) {
            return fetched(ended.item(), 0);
        }
        return this;
    }

    private GuixStatus fetching(Download download) {
        boolean known = downloading.stream().anyMatch(one -> one.item().equals(download.item()));
        if (known) {
            return with(building, each(downloading, one -> one.item().equals(download.item()), one -> download));
        }
        List<Download> all = new ArrayList<>(downloading);
        all.add(download);
        return with(building, newest(all));
    }

    private GuixStatus fetched(String item, int count) {
        List<Download> others = without(downloading, one -> one.item().equals(item));
        int fetched = downloaded + count * (downloading.size() - others.size());
        return new GuixStatus(building, others, built, failed, fetched, forgotten);
    }

    private GuixStatus with(List<Build> builds, List<Download> downloads) {
        return new GuixStatus(builds, downloads, built, failed, downloaded, forgotten);
    }

    private static <T> List<T> without(List<T> all, Predicate<T> which) {
        return all.stream().filter(which.negate()).toList();
    }

    private static <T> List<T> each(List<T> all, Predicate<T> which, UnaryOperator<T> change) {
        return all.stream()
                .map(one -> which.test(one) ? change.apply(one) : one)
                .toList();
    }

    private static <T> List<T> newest(List<T> all) {
        return all.subList(Math.max(0, all.size() - MOST_OPEN), all.size());
    }
}
