/** Questions about speed. Each class says which; {@code jmh-benchmarks/compare} asks those that have a peer. */
@org.jspecify.annotations.NullMarked
package dev.heddle.bench;
