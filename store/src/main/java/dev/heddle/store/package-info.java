/**
 * Stores: immutable trees under one directory, named by a hash, with the references among them.
 *
 * <p>What is here is what all kinds of store share: {@link dev.heddle.store.PathInfo what is known of a path},
 * {@link dev.heddle.store.TrustedKeys whose word is taken}, and streams of several paths.
 */
package dev.heddle.store;
