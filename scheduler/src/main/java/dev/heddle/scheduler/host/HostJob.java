package dev.heddle.scheduler.host;

import dev.heddle.core.Expansion;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Lease;
import dev.heddle.core.Slots;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import java.util.List;

/** The job that a step belongs to, as a host sees it. May be used from any thread. */
public interface HostJob {

    /** Number, task and attempt. */
    JobInfo info();

    /** The task. */
    Task task();

    /** The slots the job holds for as long as it runs. */
    Lease lease();

    /** The slots that an action of the job may use now, which may be more. */
    Slots slots();

    /** Where its bytes go. Not to be closed or finished by the host. */
    JobOutput output();

    /** Passes on what the job tells about itself. May block while the engine is behind. */
    void note(JobNote note);

    /** Keeps what the job adds to the graph until the job has ended. */
    void expand(Expansion expansion);

    /** Keeps the steps that the job puts in front of those it still has to do. */
    void next(List<Step> steps);

    /** Keeps the names of steps that the job leaves out. */
    void skip(List<String> steps);
}
