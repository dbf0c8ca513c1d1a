package dev.heddle.logmux.wire;

/** A fact about a source, with a number. The order of the constants is part of the format and does not change. */
public enum SourceNote {
    /** So many secrets were masked in what the source said since the last such note. */
    SECRETS_MASKED,
    /** What the source said on different channels was read from different pipes, so that the order between them is a guess. */
    ORDER_GUESSED,
    /** The writer has closed the stream; the source is the engine. What follows, if anything, is another writer's. */
    WRITER_CLOSED
}
