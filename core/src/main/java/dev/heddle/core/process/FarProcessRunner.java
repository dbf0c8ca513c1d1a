package dev.heddle.core.process;

/** Runs commands on another machine; {@link ProcessRunnerBuilder#buildFar} makes one. */
public interface FarProcessRunner extends ProcessRunner {

    /**
     * The number of processes that want a processor over there, averaged over about a minute, when last heard of; a negative
     * number if it is unknown, and as long as there is no connection.
     */
    double load();
}
