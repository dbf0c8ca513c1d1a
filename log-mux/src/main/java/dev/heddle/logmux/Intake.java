package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.SourceNote;

/**
 * The way into the journal: {@link JournalWriter} itself, or {@link SecretGuard} in front of it where there are secrets. May be
 * called from any thread; a call may block while the journal is written.
 */
interface Intake {

    /** Opens a source. */
    Batch.Slot open(JobInfo job, boolean live);

    /** Takes bytes; false, and nothing more is taken, if the source has ended or the journal is closed. */
    boolean data(Batch.Slot slot, Channel channel, byte[] bytes, int offset, int length);

    /** Takes whole lines of the engine's own, which have nothing to do with what came before on any channel. */
    boolean message(Batch.Slot engine, Channel channel, byte[] text);

    /** Notes a fact about a source. */
    void note(Batch.Slot slot, SourceNote note, long value);

    /** Notes a fact about the whole build behind everything that was said before it: one object of JSON. */
    void event(Batch.Slot engine, byte[] json);

    /** Notes the end of a source; everything it said is written when this returns. A second end is ignored. */
    void end(Batch.Slot slot, JobEnding ending);

    /** Everything taken so far is written when this returns; gives the length of the journal. */
    long flush();
}
