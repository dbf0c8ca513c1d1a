package dev.heddle.store.faults;

import dev.heddle.store.PathInfo;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.Sweeps;
import dev.heddle.store.nar.NarHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What was found wrong in stores after their faults; each a text for people. Used by one thread at a time. */
final class Findings {

    private final List<String> lost = new ArrayList<>();
    private final List<String> bad = new ArrayList<>();
    private final List<String> leftOver = new ArrayList<>();

    /** What was told as done and is not there any more. */
    List<String> lost() {
        return lost;
    }

    /** What is valid, and is not what it must be. */
    List<String> bad() {
        return bad;
    }

    /** What nobody needs, and was not taken away. */
    List<String> leftOver() {
        return leftOver;
    }

    /** The counts, as {@code 0 lost, 0 bad, 0 left over}. */
    String counts() {
        return lost.size() + " lost, " + bad.size() + " bad, " + leftOver.size() + " left over";
    }

    /** Everything that was found; empty if nothing was. */
    List<String> all() {
        return Stream.of(lost, bad, leftOver).flatMap(List::stream).toList();
    }

    void addAll(Findings others) {
        lost.addAll(others.lost);
        bad.addAll(others.bad);
        leftOver.addAll(others.leftOver);
    }

    /**
     * Looks at all goods in a store.
     *
     * @param diary what the store told before; told in turn what is valid now
     * @param when what is written before each finding
     */
    void look(LocalStore store, Goods goods, Diary diary, String when) throws IOException {
        look(store, goods, goods.all(), diary, when);
    }

    /** Looks at some of the goods. */
    void look(LocalStore store, Goods goods, Collection<Good> some, Diary diary, String when) throws IOException {
        for (Good good : some) {
            Optional<PathInfo> info = store.queryPathInfo(good.path());
            Diary.Expected expected = diary.expected(good.number());
            String subject = when + ": " + good.path().baseName();
            if (expected == Diary.Expected.VALID && info.isEmpty()) {
                lost.add(subject + " was told to be valid and is not");
            }
            if (expected == Diary.Expected.ABSENT && info.isPresent()) {
                bad.add(subject + " was told to be gone and is valid");
            }
            if (info.isPresent() && diary.isSpoiled(good.number())) {
                mend(store, goods, good, diary, subject);
            }
            if (diary.isRooted(good.number()) && store.roots(good.path()).isEmpty()) {
                lost.add(subject + " was told to have a root and has none");
            }
            if (info.isPresent()) {
                lookAt(store, goods, good, info.orElseThrow(), subject);
            }
            diary.settle(good.number(), info.isPresent());
        }
    }

    private void mend(LocalStore store, Goods goods, Good good, Diary diary, String subject) throws IOException {
        try {
            new Chores(store, goods, diary::note).mend(good.number());
        } catch (IOException | InterruptedException e) {
            bad.add(subject + " was damaged by hand and cannot be mended: " + e);
        }
    }

    private void lookAt(LocalStore store, Goods goods, Good good, PathInfo info, String subject) throws IOException {
        NarHash registered = new NarHash(info.narHash(), info.narSize());
        if (!registered.equals(good.hash())) {
            bad.add(subject + " is registered as " + registered + ", not " + good.hash());
        }
        if (!info.references().equals(new TreeSet<>(goods.references(good)))) {
            bad.add(subject + " refers to " + info.references());
        }
        for (var reference : info.references()) {
            if (!store.isValid(reference)) {
                bad.add(subject + " refers to " + reference + ", which is not valid");
            }
        }
        Path real = store.layout().real(good.path());
        try {
            NarHash found = NarHash.ofTree(real);
            if (!found.equals(good.hash())) {
                bad.add(subject + " has content " + found + ", not " + good.hash());
            }
        } catch (IOException e) {
            bad.add(subject + " cannot be read: " + e);
            return;
        }
        lookAtModes(real, subject);
    }

    private void lookAtModes(Path real, String subject) throws IOException {
        try (Stream<Path> files = Files.walk(real)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
                boolean link = Files.isSymbolicLink(file);
                long time = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .to(TimeUnit.SECONDS);
                if (time != 1 || !link && mode != 0444 && mode != 0555) {
                    bad.add(subject + ": " + file + " has mode " + Integer.toOctalString(mode) + " and time " + time);
                }
            }
        }
    }

    /** Looks for what a process that is gone left in the private directories of a store that was opened and not used since. */
    void lookAround(LocalStore store, String when) throws IOException {
        Sweeps.await(store);
        Path staging = store.layout().state().resolve("heddle/staging");
        for (Path process : list(staging)) {
            list(process).forEach(stage -> leftOver.add(when + ": " + stage));
        }
        if (list(staging).size() > 1) {
            leftOver.add(when + ": directories of processes " + list(staging));
        }
    }

    /** Looks after a collection for names in the store directory that stand for nothing valid, and roots of processes that are gone. */
    void lookForStrangers(LocalStore store, String when) throws IOException {
        List<Path> roots = list(store.layout().state().resolve("temproots"));
        if (roots.size() > 1) {
            leftOver.add(when + ": temporary roots " + roots);
        }
        for (Path entry : list(store.layout().real())) {
            String name = entry.getFileName().toString();
            if (name.equals(".links")) {
                continue;
            }
            if (name.length() < 32
                    || store.queryPathFromHashPart(name.substring(0, 32)).isEmpty()) {
                leftOver.add(when + ": " + entry);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }
}
