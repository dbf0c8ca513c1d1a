/** The {@code heddle} launcher. */
package dev.heddle.samples;
