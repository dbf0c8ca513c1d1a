package dev.heddle.scheduler;

/**
 * What earlier builds tell of a host.
 *
 * @param host its name
 * @param runs how many known runs it had
 * @param speed how fast it is, where the fastest host that it can be compared with is 1
 * @param uncertainty what {@code speed} may be wrong by, as a part of it: the standard error; infinite if nothing that ran there
 *     ran anywhere else
 * @param comparable hosts with the same number can be compared with each other, and with no others: no task ran on both, nor on
 *     hosts between them
 */
public record HostSpeed(String host, int runs, double speed, double uncertainty, int comparable) {}
