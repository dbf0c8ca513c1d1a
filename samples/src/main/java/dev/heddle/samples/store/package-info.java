/** {@code heddle store}. */
@org.jspecify.annotations.NullMarked
package dev.heddle.samples.store;
