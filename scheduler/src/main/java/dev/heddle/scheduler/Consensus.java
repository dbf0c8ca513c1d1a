package dev.heddle.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * In what the hosts must not differ: what was declared, and otherwise what most hosts of one architecture tell. What they
 * tell is compared as a whole; of two opinions with as many hosts the one told first counts. Once there is a reference it
 * stays until no host of it is left.
 *
 * <p>Owned by the loop's thread.
 */
final class Consensus {

    /** What a host told of what is compared. */
    private record Told(String arch, Map<String, String> facts) {}

    private final Map<String, String> declared;
    private final Map<String, Told> told = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> references = new HashMap<>();

    Consensus(Map<String, String> declared) {
        this.declared = declared;
    }

    private boolean isCompared(String fact) {
        return fact.equals("system")
                || fact.startsWith("tool.")
                || fact.startsWith("lib.")
                || declared.containsKey(fact);
    }

    void tell(String host, String arch, Map<String, String> facts) {
        forget(host);
        Map<String, String> compared = new TreeMap<>(facts);
        compared.keySet().removeIf(fact -> !isCompared(fact));
        told.put(host, new Told(arch, compared));
    }

    void forget(String host) {
        Told before = told.remove(host);
        if (before != null
                && supporters(before.arch, references.get(before.arch)).isEmpty()) {
            references.remove(before.arch);
        }
    }

    /**
     * Whether there is a reference for an architecture, which is made if those who are silent cannot change it.
     *
     * @param silent hosts that may still tell something
     */
    boolean isDecided(String arch, int silent) {
        if (!references.containsKey(arch)) {
            Map<Map<String, String>, Integer> votes = new LinkedHashMap<>();
            for (Told each : told.values()) {
                if (each.arch.equals(arch)) {
                    votes.merge(comparable(each.facts), 1, Integer::sum);
                }
            }
            int most = 0;
            int second = 0;
            Map<String, String> winner = null;
            for (Map.Entry<Map<String, String>, Integer> vote : votes.entrySet()) {
                if (vote.getValue() > most) {
                    second = most;
                    most = vote.getValue();
                    winner = vote.getKey();
                } else {
                    second = Math.max(second, vote.getValue());
                }
            }
            if (winner != null && (silent == 0 || most > second + silent)) {
                references.put(arch, winner);
            }
        }
        return references.containsKey(arch);
    }

    /** What is declared need not be voted on. */
    private Map<String, String> comparable(Map<String, String> facts) {
        Map<String, String> open = new TreeMap<>(facts);
        open.keySet().removeAll(declared.keySet());
        return open;
    }

    /**
     * What is wrong with a host.
     *
     * @param reference what it was compared with: hosts, or what was declared
     * @param differences a line for each fact in which it differs; none if it is as it should be
     */
    record Verdict(String reference, List<String> differences) {}

    /** Compares a host, whose architecture must be decided. */
    Verdict judge(String host) {
        Told here = told.get(host);
        if (here == null) {
            throw new AssertionError("BUG: host " + host + " told nothing");
        }
        Map<String, String> wanted = new TreeMap<>(references.getOrDefault(here.arch, Map.of()));
        wanted.putAll(declared);
        TreeSet<String> names = new TreeSet<>(wanted.keySet());
        names.addAll(here.facts.keySet());
        List<String> differences = new ArrayList<>();
        boolean declaredOnly = true;
        for (String name : names) {
            String is = here.facts.get(name);
            String should = wanted.get(name);
            if (is == null || !is.equals(should)) {
                differences.add(name + ": here " + shown(is) + ", there " + shown(should));
                declaredOnly &= declared.containsKey(name);
            }
        }
        return new Verdict(declaredOnly ? "what was declared" : reference(host, here.arch), differences);
    }

    private static String shown(@Nullable String value) {
        return value == null ? "missing" : "'" + value + "'";
    }

    private String reference(String host, String arch) {
        List<String> others = supporters(arch, references.get(arch));
        others.remove(host);
        int shown = Math.min(others.size(), 3);
        return shown == 0
                ? "the other hosts"
                : String.join(", ", others.subList(0, shown))
                        + (others.size() > shown ? " and " + (others.size() - shown) + " more" : "");
    }

    private List<String> supporters(String arch, @Nullable Map<String, String> reference) {
        List<String> hosts = new ArrayList<>();
        told.forEach((host, each) -> {
            if (each.arch.equals(arch) && comparable(each.facts).equals(reference)) {
                hosts.add(host);
            }
        });
        return hosts;
    }
}
