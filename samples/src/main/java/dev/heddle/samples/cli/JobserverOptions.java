package dev.heddle.samples.cli;

import dev.heddle.scheduler.Jobserver;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether slots are shared with make and ninja. */
public final class JobserverOptions {

    @Option(
            names = "--jobserver",
            paramLabel = "fifo|pipe|none",
            description =
                    "Share the slots with make and ninja that run in jobs: pipe for GNU make from 4.2, fifo for make from 4.4"
                            + " and ninja from 1.13. Left out: take slots from the make that this runs under, unless -j is"
                            + " given; none: do not.")
    private @Nullable String form;

    /** Made by picocli. */
    public JobserverOptions() {}

    /**
     * The jobserver that was asked for.
     *
     * @param jobsGiven whether {@code -j} was given
     * @param environment the environment of this process
     */
    public Optional<Jobserver> chosen(boolean jobsGiven, Map<String, String> environment) {
        if (form == null) {
            return jobsGiven ? Optional.empty() : borrowed(environment);
        }
        return switch (form) {
            case "fifo" -> Optional.of(Jobserver.fifo());
            case "pipe" -> Optional.of(Jobserver.pipe());
            case "none" -> Optional.empty();
            default -> throw new UserError("--jobserver", "is one of fifo, pipe, none, not '" + form + "'", null);
        };
    }

    /**
     * The jobserver that was asked for, where a make that cannot lend is no error: ninja is put below recipes without {@code +},
     * and runs beside make then.
     *
     * @param told is told why make cannot lend
     */
    public Optional<Jobserver> chosenIfLent(boolean jobsGiven, Map<String, String> environment, Consumer<String> told) {
        if (form != null || jobsGiven) {
            return chosen(jobsGiven, environment);
        }
        try {
            return Jobserver.of(environment);
        } catch (IllegalArgumentException e) {
            told.accept("slots are not shared with make: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Jobserver> borrowed(Map<String, String> environment) {
        try {
            return Jobserver.of(environment);
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "jobserver", String.valueOf(e.getMessage()), "or give -j N or --jobserver none to run beside make");
        }
    }
}
