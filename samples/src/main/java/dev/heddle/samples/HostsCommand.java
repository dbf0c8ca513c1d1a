package dev.heddle.samples;

import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.HostOptions;
import dev.heddle.samples.cli.Printable;
import dev.heddle.scheduler.HostReport;
import dev.heddle.scheduler.HostStatus;
import dev.heddle.scheduler.Scheduler;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle hosts}: the machines that a hosts file names. */
@Command(
        name = "hosts",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The machines that a hosts file names.")
final class HostsCommand {

    HostsCommand() {}

    /** Checks whether hosts can be used. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Connects to each host, asks what it is, runs its start-up program, compares it with the others, and"
                            + " shows a line for each. Builds nothing.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:every host can be used", "1:some cannot", "2:wrong usage or input", "3:none can"})
    int check(
            @Parameters(paramLabel = "FILE", description = "The hosts file.") Path file,
            @Mixin HostOptions.Checks checks)
            throws InterruptedException {
        Scheduler.Builder builder = Scheduler.builder().hosts(checks.open(file));
        checks.apply(builder);
        List<HostReport> reports;
        try (Scheduler scheduler = builder.build()) {
            reports = scheduler.checkHosts();
        }
        print(reports);
        long up = reports.stream()
                .filter(report -> report.status() == HostStatus.UP)
                .count();
        return up == reports.size() ? ExitCode.DONE : up > 0 ? ExitCode.FAILED : ExitCode.NO_HOST;
    }

    private static void print(List<HostReport> reports) {
        int width = "HOST".length();
        for (HostReport report : reports) {
            width = Math.max(width, report.host().length());
        }
        String form = "%-" + width + "s  %-8s %5s  %-8s %-8s %s";
        line(form, "HOST", "STATUS", "SLOTS", "ARCH", "SYSTEM", "");
        for (HostReport report : reports) {
            line(
                    form,
                    report.host(),
                    report.status().name().toLowerCase(Locale.ROOT),
                    report.slots() == 0 ? "-" : Integer.toString(report.slots()),
                    report.facts().getOrDefault("arch", "-"),
                    report.facts().getOrDefault("system", "-"),
                    report.why() == null ? "" : report.why());
        }
    }

    private static void line(String form, Object... cells) {
        System.out.println(
                Printable.oneLine(String.format(Locale.ROOT, form, cells).stripTrailing()));
    }
}
