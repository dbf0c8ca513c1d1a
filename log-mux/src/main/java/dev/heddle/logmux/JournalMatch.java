package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;

/**
 * A line that {@link JournalReader#search} has found.
 *
 * @param source number of the job in the journal
 * @param job what is known of the job; if its beginning is damaged, a name made from its number
 * @param channel the channel it was said on
 * @param line which line of that job and channel it is; the first is 1
 * @param text the line without its end and without escape sequences, with replacement characters where it is no UTF-8; a line of
 *     more than 65,536 bytes is looked at in pieces of so many, and this is the first in which something is found
 */
public record JournalMatch(int source, JobInfo job, Channel channel, long line, String text) {}
