/**
 * Sinks that write files and streams; {@code Sinks} makes them.
 */
package dev.heddle.logmux.sink;
