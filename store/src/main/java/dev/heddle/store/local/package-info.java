/** The store in a directory of this machine. */
@org.jspecify.annotations.NullMarked
package dev.heddle.store.local;
