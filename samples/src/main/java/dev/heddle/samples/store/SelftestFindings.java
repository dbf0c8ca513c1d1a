package dev.heddle.samples.store;

import dev.heddle.core.FailureText;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.nar.NarHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a self-test did, counted, and what it found wrong. Used by one thread. */
final class SelftestFindings {

    private static final int MOST_KEPT = 100;

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<String> kept = new ArrayList<>();
    private long found;

    /** Something was done once more. */
    void count(String what) {
        count(what, 1);
    }

    /** Something was done {@code times} more. */
    void count(String what, long times) {
        counts.merge(what, times, Long::sum);
    }

    /** Something is wrong; only the first {@value #MOST_KEPT} texts are kept. */
    void found(String what) {
        found++;
        if (kept.size() < MOST_KEPT) {
            kept.add(what);
        }
    }

    /** Looks whether a path that was told to be valid is, with its content. */
    void look(LocalStore store, StorePath path, String when) throws IOException {
        Optional<PathInfo> info = store.queryPathInfo(path);
        if (info.isEmpty()) {
            found(when + ": " + path + " was told to be valid, and is not");
            return;
        }
        NarHash registered =
                new NarHash(info.orElseThrow().narHash(), info.orElseThrow().narSize());
        try {
            NarHash content = NarHash.ofTree(store.layout().real(path));
            if (!content.equals(registered)) {
                found(when + ": " + path + " has the content " + content + ", but was registered as " + registered);
            }
        } catch (IOException e) {
            found(when + ": " + path + " is valid, and cannot be read: " + FailureText.located(e));
        }
    }

    /** What was done, and how often. */
    Map<String, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }

    /** How much was found. */
    long found() {
        return found;
    }

    /** What was found. */
    List<String> kept() {
        return List.copyOf(kept);
    }
}
