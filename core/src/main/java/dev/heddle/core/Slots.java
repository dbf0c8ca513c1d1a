package dev.heddle.core;

/**
 * The slots of a job, for an action that runs threads or processes of its own. The action itself runs on one; before it sets a further
 * thread to work it takes a further slot, and gives it back when that thread has done its piece.
 *
 * <p>A job has the slots that its task asks for. If the task can make use of more ({@link Resources#mostSlots}), slots that nothing else
 * wants are lent to it while it runs, and are wanted back when other tasks wait for them: what is free then goes at once, what is in use
 * as soon as it is given back here. So pieces of work should be small, and a slot be taken anew for each.
 *
 * <p>May be used from any thread while the step runs. When the step has ended all slots are gone, taken or not.
 */
public interface Slots {

    /** How many the job has now, the one of the action itself and those in use included; 0 if its task takes none. */
    int count();

    /** Takes a further slot if one is free now. */
    boolean tryTake();

    /**
     * Takes a further slot; waits for one, which may be as long as other tasks want it.
     *
     * @throws IllegalStateException if none can ever be free, since the task may only have one, or when the step has ended
     */
    void take() throws InterruptedException;

    /**
     * Gives a slot back that was taken; nothing happens once the step has ended.
     *
     * @throws IllegalStateException if none is taken
     */
    void giveBack();
}
