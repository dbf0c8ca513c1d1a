/** Hosts and time for tests: what runs on them is scripted, how long it takes is imagined, and it goes the same way each time. */
@org.jspecify.annotations.NullMarked
package dev.heddle.scheduler.testing;
