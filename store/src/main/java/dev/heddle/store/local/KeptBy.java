package dev.heddle.store.local;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why a path is alive.
 *
 * @param root what keeps it
 * @param settings those without which this root would not keep it; none if it refers to the path, however far
 */
public record KeptBy(Root root, Set<Setting> settings) {

    /** What makes a collection keep more than is referred to; see {@link StoreSettings}. */
    public enum Setting {
        /** Live derivations keep what they make. */
        KEEP_OUTPUTS("keep-outputs"),
        /** Live paths keep the derivation that made them. */
        KEEP_DERIVATIONS("keep-derivations");

        private final String text;

        Setting(String text) {
            this.text = text;
        }

        /** The name that Nix gives it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** Copies the set. */
    public KeptBy {
        Set<Setting> copy = EnumSet.noneOf(Setting.class);
        copy.addAll(settings);
        settings = Collections.unmodifiableSet(copy);
    }

    /** The root as Nix prints it; behind it in brackets the settings, if there are any. */
    @Override
    public String toString() {
        return settings.isEmpty()
                ? root.toString()
                : root + settings.stream().map(Setting::toString).collect(Collectors.joining(" and ", " (by ", ")"));
    }
}
