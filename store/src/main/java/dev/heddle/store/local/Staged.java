package dev.heddle.store.local;

import dev.heddle.store.PathInfo;
import dev.heddle.store.disk.RawName;

/**
 * A finished tree that waits to become a valid path: canonical, and hashed as {@code info} tells.
 *
 * @param info what will be registered
 * @param stage the private directory that the tree is in
 * @param name the tree's name there
 */
record Staged(PathInfo info, Stage stage, RawName name) {}
