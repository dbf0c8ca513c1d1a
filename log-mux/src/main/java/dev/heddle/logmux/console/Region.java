package dev.heddle.logmux.console;

import dev.heddle.logmux.console.RegionLine.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The lines below the log: how far the build is, what runs, dpb's counters, what is wrong. Made of a {@link Status} and a size
 * and nothing else.
 *
 * <p>At most a third of the rows and {@value #MOST_LINES} lines, each at least a cell narrower than the screen; a single line
 * on a screen of less than {@value #FEWEST_ROWS} rows or {@value #FEWEST_COLUMNS} columns.
 */
final class Region {

    static final int MOST_LINES = 12;
    static final int FEWEST_ROWS = 6;
    static final int FEWEST_COLUMNS = 30;

    private static final int WITH_BAR = 60;
    private static final int WITH_PLACE = 76;
    private static final int MOST_BAR = 24;
    /** From so many lines on the counters get one. */
    private static final int WITH_COUNTERS = 5;
    /** From so many lines on the list of errors gets one. */
    private static final int WITH_ERRORS = 6;

    private static final int PERCENT_CELLS = 5;

    private final int cells;
    private final boolean colors;

    private Region(int cells, boolean colors) {
        this.cells = cells;
        this.colors = colors;
    }

    /** Lines that a screen has room for. */
    static int height(Terminal.Size size) {
        if (size.rows() < FEWEST_ROWS || size.columns() < FEWEST_COLUMNS) {
            return 1;
        }
        return Math.min(size.rows() / 3, MOST_LINES);
    }

    /** The lines that show a status on a screen. */
    static List<RegionLine> lines(Status status, Terminal.Size size, boolean colors) {
        Region region = new Region(Math.max(1, size.columns() - 1), colors);
        int height = height(size);
        return height == 1 ? List.of(region.head(status, true)) : region.lines(status, height);
    }

    private List<RegionLine> lines(Status status, int height) {
        List<RegionLine> below = new ArrayList<>();
        if (height >= WITH_COUNTERS && !status.counts().line().isEmpty()) {
            below.add(line().add(status.counts().line(), Style.DIM).build());
        }
        if (height >= WITH_ERRORS && !status.trouble().tasks().isEmpty()) {
            below.add(errors(status.trouble().tasks()));
        }
        List<RegionLine> lines = new ArrayList<>();
        lines.add(head(status, false));
        int room = height - 1 - below.size();
        int running = status.jobs().size() + status.more();
        int shown =
                running <= room ? status.jobs().size() : Math.min(status.jobs().size(), Math.max(0, room - 1));
        jobs(status.jobs().subList(0, shown), status.hosts(), lines);
        if (shown < running && room > 0) {
            lines.add(line().add("  \u2026 and " + (running - shown) + " more", Style.DIM)
                    .build());
        }
        lines.addAll(below);
        return lines;
    }

    private RegionLine.Builder line() {
        return new RegionLine.Builder(cells, colors);
    }

    private RegionLine head(Status status, boolean alone) {
        String notice = status.notice();
        RegionLine.Builder full = counts(status, !alone && notice == null);
        if (notice == null) {
            return full.build();
        }
        boolean fits = full.left() >= CellText.width(notice) + 2;
        RegionLine.Builder line = fits ? full : line().item(percent(status.counts()), Style.BOLD);
        return line.add("  ", Style.PLAIN).add(notice, Style.WARNING).build();
    }

    private static String percent(Status.Counts counts) {
        return counts.total() == 0
                ? counts.finished() + " done"
                : CellText.right((int) (100L * counts.finished() / counts.total()) + "%", 4);
    }

    private RegionLine.Builder counts(Status status, boolean bar) {
        Status.Counts counts = status.counts();
        RegionLine.Builder line = line();
        if (counts.total() > 0 && cells >= WITH_BAR && bar) {
            bar(line, (int) (100L * counts.finished() / counts.total()), counts.failed() > 0);
        }
        line.item(percent(counts), Style.BOLD);
        if (counts.total() > 0) {
            line.item(counts.finished() + "/" + counts.total(), Style.PLAIN);
        }
        if (counts.failed() > 0) {
            line.item(counts.failed() + " failed", Style.BAD_BOLD);
        }
        if (counts.running() > 0) {
            line.item(counts.running() + " running", Style.PLAIN);
        }
        line.item(time(status.elapsed()), Style.DIM);
        for (String host : status.trouble().downHosts()) {
            line.item(host + " is down", Style.BAD);
        }
        if (counts.total() > 0 && counts.running() > 0) {
            line.item(status.left() == TimeLeft.UNKNOWN ? "left: unknown" : "left: ~" + time(status.left()), Style.DIM);
        }
        return line;
    }

    private void bar(RegionLine.Builder line, int percent, boolean failed) {
        int length = Math.min(MOST_BAR, cells / 4);
        int full = length * percent / 100;
        line.add("\u2501".repeat(full), failed ? Style.BAD : Style.GOOD);
        line.add((colors ? "\u2501" : "\u2500").repeat(length - full), Style.DIM);
    }

    private RegionLine errors(List<String> tasks) {
        RegionLine.Builder line = line().add("E=", Style.BAD);
        for (int i = 0; i < tasks.size(); i++) {
            String rest = "\u2026 and " + (tasks.size() - i) + " more";
            boolean last = i == tasks.size() - 1;
            int room = line.left() - (last ? 0 : rest.length() + 1) - 1;
            if (CellText.width(tasks.get(i)) > room && i > 0) {
                return line.add(" " + rest, Style.DIM).build();
            }
            line.add(" " + tasks.get(i), Style.BAD);
        }
        return line.build();
    }

    private void jobs(List<Status.Job> jobs, int hosts, List<RegionLine> to) {
        int names = 0;
        int places = 0;
        int times = 4;
        for (Status.Job job : jobs) {
            names = Math.max(names, CellText.width(name(job)));
            places = Math.max(places, cells < WITH_PLACE ? 0 : CellText.width(place(job, hosts)));
            times = Math.max(times, time(job.elapsed()).length());
        }
        names = Math.min(names, cells < WITH_BAR ? Math.max(10, cells / 3) : cells * 2 / 5);
        places = Math.min(places, cells / 5);
        for (Status.Job job : jobs) {
            to.add(job(job, hosts, new Columns(names, places, times)));
        }
    }

    private record Columns(int name, int place, int time) {}

    private RegionLine job(Status.Job job, int hosts, Columns columns) {
        Status.Progress progress = job.progress();
        boolean silent = progress.silent() > 0;
        RegionLine.Builder line = line().add("  ", Style.PLAIN);
        line.add(
                CellText.padded(CellText.end(name(job), columns.name), columns.name),
                silent ? Style.WARNING : Style.NAME);
        if (columns.place > 0) {
            String place = CellText.start(place(job, hosts), columns.place);
            line.add("  " + CellText.padded(place, columns.place), Style.DIM);
        }
        line.add("  " + CellText.right(time(job.elapsed()), columns.time), Style.PLAIN);
        if (progress.percent() >= 0) {
            line.add(CellText.right(progress.percent() + "%", PERCENT_CELLS), Style.GOOD);
        } else {
            line.add(CellText.right(progress.bytes() == 0 ? "" : size(progress.bytes()), PERCENT_CELLS), Style.DIM);
        }
        if (silent) {
            line.add("  silent " + silence(progress.silent()), Style.WARNING);
        }
        if (!job.text().isEmpty() && line.left() > 4) {
            line.add("  ", Style.PLAIN).add(job.text(), Style.DIM);
        }
        return line.build();
    }

    private static String name(Status.Job job) {
        String step = job.place().step();
        return step.isEmpty() || step.equals("run") ? job.task() : job.task() + "(" + step + ")";
    }

    private static String place(Status.Job job, int hosts) {
        Status.Place place = job.place();
        String host = hosts > 1 || !place.host().equals("local") ? place.host() : "";
        String pid = place.pid() == 0 ? "" : Long.toString(place.pid());
        return host.isEmpty() || pid.isEmpty() ? host + pid : host + " " + pid;
    }

    /** A duration as {@code 0:09}, {@code 12:34} or {@code 1:02:03}. */
    static String time(long nanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** How long it was silent: seconds, from 5 minutes on minutes, from 2 hours on hours. */
    static String silence(long nanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
        return seconds < 300 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    /** A number of bytes in at most four characters. */
    static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + "B";
        }
        double value = bytes;
        for (char unit : "KMGTPE".toCharArray()) {
            value /= 1024;
            if (value < 9.95) {
                return String.format(Locale.ROOT, "%.1f%c", value, unit);
            }
            if (value < 999.5) {
                return String.format(Locale.ROOT, "%.0f%c", value, unit);
            }
        }
        throw new AssertionError("BUG: no unit for " + bytes + " bytes");
    }
}
