/** Which store a text names, as people write it behind {@code --store}. */
@org.jspecify.annotations.NullMarked
package dev.heddle.store.open;
