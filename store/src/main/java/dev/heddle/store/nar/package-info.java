/**
 * NAR, the archive format of Nix: a tree of directories, regular files and symbolic links as bytes, the same bytes for the
 * same tree on every machine.
 *
 * <p>{@link dev.heddle.store.nar.NarWriter} makes archives, {@link dev.heddle.store.nar.NarReader} reads and unpacks them.
 * The format is described in {@code docs/nar.md} of the module.
 */
package dev.heddle.store.nar;
