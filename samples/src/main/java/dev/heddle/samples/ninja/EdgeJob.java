package dev.heddle.samples.ninja;

/** An edge as a task of the build: what is known of its run. Guarded by the build's lock. */
final class EdgeJob {

    final int edge;
    final String task;
    final String command;
    final String description;

    /** Whether its outputs may have been touched. */
    boolean started;

    /** When it was started: milliseconds since the build began, and by the clock of the file system, 0 if unknown. */
    long startMillis;

    long startTime;

    /** Raw name of its response file, empty if it has none. */
    final String rspfile;

    EdgeJob(int edge, String task, String command, String description, String rspfile) {
        this.edge = edge;
        this.task = task;
        this.command = command;
        this.description = description;
        this.rspfile = rspfile;
    }
}
