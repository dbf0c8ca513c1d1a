package dev.heddle.store.local;

import dev.heddle.store.PathSource;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.disk.Disk;
import java.time.InstantSource;
import java.util.List;

/**
 * What a store was opened with; the same as long as it is open.
 *
 * @param layout where everything is
 * @param settings what the user chose
 * @param disk all file operations
 * @param clock the time that registrations get
 * @param keys whose signatures are believed
 * @param substituters where missing paths may be fetched, the preferred first
 * @param programs where programs that make a sandbox are looked for: directories with colons between them
 */
record StoreParts(
        StoreLayout layout,
        StoreSettings settings,
        Disk disk,
        InstantSource clock,
        TrustedKeys keys,
        List<PathSource> substituters,
        String programs) {}
