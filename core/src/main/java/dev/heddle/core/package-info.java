/**
 * The build graph and the ports at which the other modules meet. {@code BuildGraph} is the way in.
 */
package dev.heddle.core;
