/**
 * The display for a person who watches: log text above a live region on a terminal, plain text elsewhere.
 */
package dev.heddle.logmux.console;
