/**
 * The display for a person who watches.
 */
package dev.heddle.logmux.console;
