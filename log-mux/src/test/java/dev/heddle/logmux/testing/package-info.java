/** What an embedder tests a display with: a terminal that does what a test says and remembers what it was told. */
@org.jspecify.annotations.NullMarked
package dev.heddle.logmux.testing;
