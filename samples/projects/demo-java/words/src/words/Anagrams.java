package words;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** Groups words that are made of the same letters. */
public final class Anagrams {
    private Anagrams() {}

    public static Collection<List<String>> groups(Collection<String> words) {
        TreeMap<String, List<String>> groups = new TreeMap<>();
        for (String word : words) {
            char[] letters = word.toCharArray();
            Arrays.sort(letters);
            groups.computeIfAbsent(new String(letters), key -> new java.util.ArrayList<>()).add(word);
        }
        groups.values().removeIf(group -> group.size() < 2);
        return groups.values();
    }
}
