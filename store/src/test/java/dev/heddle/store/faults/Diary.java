package dev.heddle.store.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a store was asked to do and what it said was done, in the order in which it was told, and so what must be in the store
 * whatever happened since. A line is {@code will VERB NUMBER} before and {@code did VERB NUMBER} after; the number names one of
 * {@link Goods}.
 *
 * <table>
 *   <caption>The verbs</caption>
 *   <tr><td>add, batch, import, build</td><td>the good becomes valid</td></tr>
 *   <tr><td>delete</td><td>it becomes invalid; {@code did keep} if the store refused and it is valid</td></tr>
 *   <tr><td>collect</td><td>with any number: everything without a root may have gone</td></tr>
 *   <tr><td>root, unroot</td><td>a valid good is kept from collections, or no longer</td></tr>
 *   <tr><td>spoil</td><td>its files are damaged by hand, not by the store, until {@code did repair}</td></tr>
 * </table>
 *
 * <p>Used by one thread at a time.
 */
final class Diary {

    /** Whether a good must be there. */
    enum Expected {
        ABSENT,
        EITHER,
        VALID
    }

    private final Map<Integer, Expected> expected = new HashMap<>();
    private final TreeSet<Integer> rooted = new TreeSet<>();
    private final TreeSet<Integer> spoiled = new TreeSet<>();
    private int done;

    /** How many things were told as done. */
    int done() {
        return done;
    }

    Expected expected(int number) {
        return expected.getOrDefault(number, Expected.ABSENT);
    }

    /** Whether its files may be damaged by hand. */
    boolean isSpoiled(int number) {
        return spoiled.contains(number);
    }

    Collection<Integer> spoiled() {
        return List.copyOf(spoiled);
    }

    /** Whether a root was told to be there. */
    boolean isRooted(int number) {
        return rooted.contains(number);
    }

    void note(String line) {
        String[] words = line.split(" ", 3);
        int number = Integer.parseInt(words[2]);
        switch (words[0]) {
            case "will" -> will(words[1], number);
            case "did" -> {
                done++;
                did(words[1], number);
            }
            default -> throw new IllegalArgumentException("what is this line of a victim: " + line);
        }
    }

    private void will(String verb, int number) {
        switch (verb) {
            case "add", "batch", "import", "build" ->
                expected.merge(number, Expected.EITHER, (old, either) -> old == Expected.ABSENT ? either : old);
            case "delete" -> expected.replace(number, Expected.EITHER);
            case "collect" ->
                expected.replaceAll(
                        (good, old) -> old == Expected.VALID && !rooted.contains(good) ? Expected.EITHER : old);
            case "root" -> {}
            case "unroot" -> rooted.remove(number);
            case "spoil" -> spoiled.add(number);
            default -> throw new IllegalArgumentException("what is a victim to do: " + verb);
        }
    }

    private void did(String verb, int number) {
        switch (verb) {
            case "add", "batch", "import", "build" -> expected.put(number, Expected.VALID);
            case "delete" -> expected.put(number, Expected.ABSENT);
            case "keep" -> expected.put(number, Expected.VALID);
            case "root" -> {
                expected.put(number, Expected.VALID);
                rooted.add(number);
            }
            case "repair" -> spoiled.remove(number);
            case "collect", "unroot" -> {}
            default -> throw new IllegalArgumentException("what has a victim done: " + verb);
        }
    }

    /** Notes what happened while a picture was taken, so that nobody knows whether it is in the picture. */
    void noteUncertain(List<String> lines) {
        for (String line : lines) {
            String[] words = line.split(" ", 3);
            if (words[0].equals("will")) {
                note(line);
            } else if (words[1].equals("root")) {
                // The root may be missing, which only a later collection would tell.
                expected.merge(Integer.valueOf(words[2]), Expected.EITHER, (old, either) -> old);
            }
        }
    }

    /** The goods that may be there. */
    List<Integer> possible() {
        List<Integer> possible = new ArrayList<>();
        expected.forEach((number, state) -> {
            if (state != Expected.ABSENT) {
                possible.add(number);
            }
        });
        return possible;
    }

    /** Forgets what may have come or gone, once it was looked at. */
    void settle(int number, boolean valid) {
        expected.put(number, valid ? Expected.VALID : Expected.ABSENT);
    }
}
