package dev.heddle.scheduler;

/**
 * What the parts of a build's loop work with.
 *
 * @param settings what the build was told
 * @param events where it is told what happens
 * @param inbox where other threads leave messages for the loop
 * @param timers what is to be done later
 */
record Surroundings(Settings settings, Events events, Inbox inbox, Timers timers) {}
