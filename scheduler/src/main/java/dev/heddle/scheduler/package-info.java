/** Decides which job runs where and when. {@link dev.heddle.scheduler.Scheduler} is the way in. */
package dev.heddle.scheduler;
