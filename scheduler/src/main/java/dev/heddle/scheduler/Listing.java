package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.TaskSource;
import java.util.Objects;

/**
 * A command that lists tasks while they are built: what it prints on its standard output are records as {@link
 * dev.heddle.core.GraphJson#lines} reads them, a line of JSON for each task. The module's {@code docs/discovery.md} describes it.
 *
 * <p>It runs as a job of the build, as a task of its own: on a slot of whatever host has one, with its errors as its output. What
 * it has listed is built while it goes on. It is never asked of a {@link dev.heddle.core.Rebuilder}, has no lock file, and always
 * counts as a target.
 *
 * <p><b>Failure.</b> A record that is broken, whose name is taken, or that closes a cycle is told as a problem of the build, with
 * {@code NAME:LINE:COLUMN}, and left out; a task that needs one that never came fails when the listing has ended. The task of the
 * listing itself fails if its command does, or if a line was broken; what it listed stays in the build.
 *
 * <p><b>Bounds.</b> A line is at most 16 MiB long, the name of a task {@value #MOST_NAME} characters, and there are at most {@value
 * #MOST_RECORDS} records, broken ones among them, unless another number is set; one more ends the command, and so does a broken one
 * after {@value #MOST_BROKEN} of them. Between the command and the build are 64 KiB and 64 records: a command that is ahead waits.
 *
 * <p>Immutable; may be used for several builds.
 */
public final class Listing implements TaskSource {

    /** Records taken from a command unless another number is set. */
    public static final int MOST_RECORDS = 2_000_000;

    /** Broken records that are told of; one more ends the command. */
    public static final int MOST_BROKEN = 1_000;

    /** Most characters in the name of a task. */
    public static final int MOST_NAME = 4_096;

    private final String name;
    private final Command command;
    private final boolean extra;
    private final int most;

    private Listing(String name, Command command, boolean extra, int most) {
        this.name = name;
        this.command = command;
        this.extra = extra;
        this.most = most;
    }

    /**
     * A listing on a slot, which it gives back when it has ended.
     *
     * @param name of its task, and of the source in messages; not the name of a task that it lists
     * @param command what lists; its capture does not matter
     */
    public static Listing of(String name, Command command) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a listing needs a name that is not empty");
        }
        return new Listing(name, Objects.requireNonNull(command, "command"), false, MOST_RECORDS);
    }

    /** The same beside the slots of its host, so that on a host of one slot it is not waited for. */
    public Listing onExtraSlot() {
        return new Listing(name, command, true, most);
    }

    /** The same with another bound on its records, at least 1. */
    public Listing atMost(int records) {
        if (records < 1) {
            throw new IllegalArgumentException("a listing needs room for at least one record, not " + records);
        }
        return new Listing(name, command, extra, records);
    }

    /** The name of its task. */
    public String name() {
        return name;
    }

    Command command() {
        return command;
    }

    boolean isExtra() {
        return extra;
    }

    int most() {
        return most;
    }

    @Override
    public void feed(Feed feed) throws Exception {
        new ListingRun(this).feed(feed);
    }
}
