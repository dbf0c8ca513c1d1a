package dev.heddle.samples.store;

import dev.heddle.core.FailureText;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.DiskFault;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heddle store selftest}: whether a store keeps what it promises on this disk and file system. */
@Command(
        name = "selftest",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tries on the disk below DIR what a store promises. In turn, until the time is over: each call to the disk is made"
                    + " to fail while something is added, built, collected or repaired; and a process that adds is killed."
                    + " After each the store is opened again: what was told to be valid must be, with its content.",
            "Everything happens in a new directory below DIR, which is removed at the end unless something was found"
                    + " or the test was interrupted."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:nothing was found", "1:something was found, or the test could not go on", "2:wrong usage"})
final class SelftestCommand implements Callable<Integer> {

    private static final String PREFIX = "heddle-selftest-";

    @Option(names = "--seconds", paramLabel = "N", description = "How long. Left out: 60.")
    private int seconds = 60;

    @Option(names = "--directory", paramLabel = "DIR", description = "Where. Left out: the current directory.")
    private Path directory = Path.of("");

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "What the goods and moments follow from, to see a finding again.")
    private @Nullable Long seed;

    SelftestCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (seconds < 1) {
            throw new UserError("--seconds", "needs a number of at least 1: " + seconds, null);
        }
        long chosen = seed != null ? seed : new SecureRandom().nextInt(Integer.MAX_VALUE);
        SelftestFindings findings = new SelftestFindings();
        Path work;
        try {
            work = Files.createTempDirectory(directory.toAbsolutePath(), PREFIX);
        } catch (IOException e) {
            throw new UserError("--directory", FailureText.located(e), "name a directory that you may write to");
        }
        StoreVerb.say("selftest in " + work + ", seed " + chosen);
        try {
            run(work, chosen, findings);
        } catch (IOException e) {
            findings.found("the test could not go on: " + FailureText.located(e));
        }
        return tell(findings, work);
    }

    private void run(Path work, long chosen, SelftestFindings findings) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        SelftestGoods goods = new SelftestGoods(Files.createDirectories(work.resolve("goods")), chosen);
        List<SelftestFaults> faults = new ArrayList<>();
        for (DiskFault fault : DiskFault.values()) {
            for (SelftestChore chore : SelftestChore.values()) {
                faults.add(new SelftestFaults(chore, fault, work, goods, findings));
            }
        }
        try (SelftestKills kills = new SelftestKills(work, chosen, findings)) {
            // Each kind gets its turn, so that a short test has seen some of everything.
            while (System.nanoTime() < end) {
                kills.round();
                Iterator<SelftestFaults> each = faults.iterator();
                while (each.hasNext() && System.nanoTime() < end) {
                    if (!each.next().round()) {
                        each.remove();
                        findings.count("kinds of work and failure that were tried to the end");
                    }
                }
            }
        }
    }

    private static int tell(SelftestFindings findings, Path work) {
        findings.counts().forEach((what, count) -> System.out.println(what + ": " + count));
        System.out.println("findings: " + findings.found());
        if (findings.found() > 0) {
            findings.kept().forEach(finding -> StoreVerb.say("finding: " + Printable.oneLine(finding)));
            StoreVerb.say("the stores are left in " + work);
            return ExitCode.FAILED;
        }
        Path parent = work.getParent();
        Path name = work.getFileName();
        if (parent == null || name == null) {
            throw new AssertionError("BUG: a temporary directory is the root");
        }
        try (Folder above = Disk.system().open(parent)) {
            TreeRemoval.remove(above, RawName.of(name.toString()));
        } catch (IOException e) {
            StoreVerb.say(work + " could not be removed: " + FailureText.located(e));
        }
        return ExitCode.DONE;
    }
}
