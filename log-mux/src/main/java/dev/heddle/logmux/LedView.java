package dev.heddle.logmux;

import dev.heddle.logmux.wire.FrameVisitor;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A sink's way through a journal that is read by the same thread: what leads it, and beside that what makes the summary if the
 * sink wants one. Owned by that thread.
 */
final class LedView {

    private final Sink sink;
    private final ViewDriver driver;
    private final FrameVisitor frames;
    private final @Nullable SummaryCollector summary;
    private final @Nullable ViewDriver summaryDriver;

    /**
     * A view.
     *
     * @param pace what stands before the way to the sink
     */
    LedView(ViewDriver driver, Sink sink, Diagnosis diagnosis, Function<ViewDriver, FrameVisitor> pace) {
        this.sink = sink;
        this.driver = driver;
        FrameVisitor shown = JobFrames.before(sink, pace.apply(driver));
        if (sink.summarizes()) {
            summary = diagnosis.summary(0, List.of());
            summaryDriver = new ViewDriver(GroupingStrategy.collecting(), summary, driver.reader());
            frames = new Tee(shown, JobFrames.before(summary, summaryDriver));
        } else {
            summary = null;
            summaryDriver = null;
            frames = shown;
        }
    }

    /** Takes the frames of the journal. */
    FrameVisitor frames() {
        return frames;
    }

    /** Nothing follows: shows what is held, and tells the summary. */
    void finish() throws IOException {
        driver.finish();
        if (summary != null && summaryDriver != null) {
            summaryDriver.finish();
            sink.summary(summary.summary());
        }
    }
}
