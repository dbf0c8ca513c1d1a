/**
 * Runs commands as processes: the only place that starts any. {@link dev.heddle.core.process.ProcessRunner} is the way in.
 */
package dev.heddle.core.process;
