/**
 * The formats that output is stored and sent in; they speak of {@code dev.heddle.core} values only.
 */
package dev.heddle.logmux.wire;
