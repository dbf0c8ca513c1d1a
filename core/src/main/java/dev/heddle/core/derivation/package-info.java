/**
 * Values that name what is built: digests, store paths, derivations and their text form.
 *
 * <p>Plain values without I/O; this package imports nothing else of Heddle. The forms are those of Nix, so that stores,
 * caches and clients made for it understand them.
 */
package dev.heddle.core.derivation;
