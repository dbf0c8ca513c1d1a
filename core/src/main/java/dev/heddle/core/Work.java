package dev.heddle.core;

/** What a step does: run a {@link Command} on a host, or an {@link Action} in this JVM. */
public sealed interface Work permits Command, Action {}
