package dev.heddle.store.faults;

import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Works on a store on a file system of its own and takes the power away: by instant pictures of the block device while the work
 * goes on, and by shutting the file system down. Prints what was found wrong, a line each, and a last line with the counts.
 *
 * <p>Arguments: a scratch directory on a file system of at least 1 GiB; {@code ext4} or {@code xfs}; how many pictures, how many
 * shutdowns; a seed. Runs as root in a mount namespace of its own.
 *
 * <p>The device is a file on an XFS file system that itself lies in a file, because XFS can clone a file at once. What is in a
 * picture is what the file system had given to the device by then; what it still held in memory is not.
 */
final class PowerCuts {

    private static final int GOODS = 24;

    /** The longest time that a cut waits behind what was told last. */
    private static final int MOST_MILLISECONDS = 30;

    private static final int MOST_LINES = 6;

    private static final int UNMOUNTS = 100;

    private final Path device;
    private final Path mounted;
    private final String kind;
    private final Random random;
    private final Goods goods;
    private final Findings findings = new Findings();
    private final Diary diary = new Diary();
    private int cuts;
    private int done;

    private PowerCuts(Path scratch, String kind, long seed) throws IOException, InterruptedException {
        Path cloning = Files.createDirectories(scratch.resolve("cloning"));
        Path file = scratch.resolve("cloning.img");
        Programs.call("truncate", "-s", "4G", file);
        Programs.call("mkfs.xfs", "-q", "-m", "reflink=1", file);
        Programs.call("mount", "-o", "loop", file, cloning);
        this.device = cloning.resolve("device.img");
        this.kind = kind;
        this.mounted = Files.createDirectories(scratch.resolve("mounted"));
        this.random = new Random(seed);
        Programs.call("truncate", "-s", "400M", device);
        Programs.call("mkfs." + kind, "-q", device);
        // The library for SQLite stays in use as long as the process lives; it must not lie where it would keep a file
        // system busy.
        LocalStore.open(scratch.resolve("first")).close();
        this.goods =
                new Goods(scratch.resolve("sources"), store().resolve("store").toString(), GOODS);
    }

    /** Cuts. */
    public static void main(String[] args) throws Exception {
        PowerCuts power = new PowerCuts(Path.of(args[0]), args[1], Long.parseLong(args[4]));
        power.pictures(Integer.parseInt(args[2]));
        for (int i = Integer.parseInt(args[3]); i > 0; i--) {
            power.shutdown(i % 2 == 0);
        }
        power.findings.all().forEach(System.out::println);
        System.out.println(power.cuts + " cuts, " + power.done + " things to be found, " + power.findings.counts());
    }

    private Path store() {
        return mounted.resolve("s");
    }

    private void mount(Path image) throws IOException, InterruptedException {
        Programs.call("mount", "-o", "loop", image, mounted);
    }

    /** A program that synced the disk when it went may need a moment to end. */
    private void unmount() throws IOException, InterruptedException {
        for (int left = UNMOUNTS; ; left--) {
            try {
                Programs.call("umount", mounted);
                return;
            } catch (IOException busy) {
                if (left == 0) {
                    throw busy;
                }
                Pause.milliseconds(100);
            }
        }
    }

    /** A picture of the device, and what was told before and while it was taken. */
    private record Picture(Path image, List<String> before, List<String> meanwhile) {}

    private void pictures(int count) throws IOException, InterruptedException {
        List<Picture> pictures = new ArrayList<>();
        List<String> told = new ArrayList<>();
        mount(device);
        try (LocalStore store = Stores.open(store(), goods)) {
            Labour labour = new Labour(store, goods, random.nextLong());
            for (int i = 0; i < count; i++) {
                awaitSomeMoment(labour);
                Path image = device.resolveSibling("picture-" + i);
                List<String> before = labour.told();
                Programs.call("cp", "--reflink=always", device, image);
                List<String> after = labour.told();
                pictures.add(new Picture(image, before, after.subList(before.size(), after.size())));
            }
            told.addAll(labour.end());
            labour.failure().ifPresent(failure -> findings.bad().add("working on a sound disk: " + failure));
        }
        unmount();
        for (Picture picture : pictures) {
            Diary then = new Diary();
            picture.before().forEach(then::note);
            then.noteUncertain(picture.meanwhile());
            mount(picture.image());
            look(then, picture.image().getFileName().toString());
            unmount();
            Files.delete(picture.image());
            done += then.done();
        }
        told.forEach(diary::note);
    }

    private void shutdown(boolean flushed) throws IOException, InterruptedException {
        mount(device);
        Labour labour;
        try (LocalStore store = Stores.open(store(), goods)) {
            labour = new Labour(store, goods, random.nextLong());
            awaitSomeMoment(labour);
            Programs.call("xfs_io", "-x", "-c", flushed ? "shutdown -f" : "shutdown", mounted);
            labour.end().forEach(diary::note);
        } catch (IOException e) {
            // Closing may tell that the disk is gone; the work told so before.
        }
        unmount();
        mount(device);
        look(diary, (flushed ? "flushed " : "") + "shutdown " + cuts);
        unmount();
    }

    /** Waits until something was told, and a little longer. */
    private void awaitSomeMoment(Labour labour) throws InterruptedException {
        labour.await(random.nextInt(MOST_LINES + 1));
        Pause.milliseconds(random.nextInt(MOST_MILLISECONDS));
    }

    private void look(Diary then, String when) throws IOException {
        cuts++;
        try (LocalStore store = Stores.open(store(), goods)) {
            findings.look(store, goods, then, kind + " " + when);
            findings.lookAround(store, kind + " " + when);
        }
    }
}
