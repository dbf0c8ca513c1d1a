package dev.heddle.store.faults;

import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Works on a store on a small file system of its own until there is no room left or it is not writable any more, and then goes
 * on with room. Prints what was found wrong, a line each, then {@code refused: } with the message of the failure, and a last
 * line with the counts.
 *
 * <p>Arguments: a scratch directory, and what is scarce: {@code space}, {@code inodes} or {@code writing}. Runs as root in a mount
 * namespace of its own.
 */
final class ScarceDisk {

    private static final int GOODS = 2_000;

    private final Path device;
    private final Path mounted;
    private final Goods goods;
    private final Findings findings = new Findings();
    private final Diary diary = new Diary();
    private final String scarce;

    private ScarceDisk(Path scratch, String scarce) throws IOException {
        this.scarce = scarce;
        this.device = scratch.resolve("device.img");
        // The library for SQLite stays in use as long as the process lives; it must not lie where it would keep a file
        // system busy.
        LocalStore.open(scratch.resolve("first")).close();
        this.mounted = Files.createDirectories(scratch.resolve("mounted"));
        this.goods =
                new Goods(scratch.resolve("sources"), store().resolve("store").toString(), GOODS);
    }

    /** Works. */
    public static void main(String[] args) throws Exception {
        new ScarceDisk(Path.of(args[0]), args[1]).run();
    }

    private Path store() {
        return mounted.resolve("s");
    }

    private void run() throws IOException, InterruptedException {
        mount();
        String refused;
        LocalStore filled = Stores.open(store(), goods);
        try {
            Chores chores = new Chores(filled, goods, diary::note);
            refused = fill(chores).orElseThrow(() -> new AssertionError("there was room for everything"));
            findings.look(filled, goods, diary, "while there is nothing left");
        } finally {
            close(filled);
        }
        // Opening needs a little room too, and must not take what is there away.
        try (LocalStore store = open()) {
            findings.look(store, goods, diary, "opened with nothing left");
        }
        relieve();
        try (LocalStore store = Stores.open(store(), goods)) {
            findings.look(store, goods, diary, "opened with room");
            findings.lookAround(store, "opened with room");
            Chores chores = new Chores(store, goods, diary::note);
            chores.add(GOODS - 1);
            findings.look(store, goods, diary, "used with room");
        }
        findings.all().forEach(System.out::println);
        System.out.println("refused: " + refused);
        System.out.println(diary.done() + " things done, " + findings.counts());
    }

    /** Closes; where nothing can be written any more, that the private directory stays may be told. */
    private void close(LocalStore store) throws IOException {
        try {
            store.close();
        } catch (IOException e) {
            if (!scarce.equals("writing")) {
                throw e;
            }
        }
    }

    private LocalStore open() throws IOException {
        return scarce.equals("writing")
                ? LocalStore.builder(StoreLayout.in(store())).readOnly().open()
                : Stores.open(store(), goods);
    }

    /** Works until something is refused, and gives the message. */
    private Optional<String> fill(Chores chores) throws IOException, InterruptedException {
        for (int number = 0; number < GOODS - 1; number++) {
            if (scarce.equals("writing") && number == 20) {
                // What ext4 does when it finds itself damaged.
                Programs.call("mount", "-o", "remount,abort", mounted);
            }
            try {
                chores.add(number);
            } catch (IOException e) {
                return Optional.of(String.valueOf(e.getMessage()).replace('\n', ' '));
            }
        }
        return Optional.empty();
    }

    private void mount() throws IOException, InterruptedException {
        if (scarce.equals("writing")) {
            Programs.call("truncate", "-s", "64M", device);
            Programs.call("mkfs.ext4", "-q", device);
            Programs.call("mount", "-o", "loop,errors=remount-ro", device, mounted);
        } else {
            String options = scarce.equals("inodes") ? "size=64m,nr_inodes=300" : "size=8m";
            Programs.call("mount", "-t", "tmpfs", "-o", options, "none", mounted);
        }
    }

    private void relieve() throws IOException, InterruptedException {
        if (scarce.equals("writing")) {
            Programs.call("umount", mounted);
            Programs.call("mount", "-o", "loop", device, mounted);
        } else {
            Programs.call("mount", "-o", "remount,size=64m,nr_inodes=100000", mounted);
        }
    }
}
