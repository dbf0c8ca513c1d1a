/**
 * Merges the output of many concurrent jobs into readable views and one recording. {@code OutputMultiplexer} is the way in;
 * {@code Journal} reads a recording back.
 */
package dev.heddle.logmux;
