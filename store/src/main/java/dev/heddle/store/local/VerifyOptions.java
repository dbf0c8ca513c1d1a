package dev.heddle.store.local;

/**
 * How closely a store is looked at, and what is done about what is wrong. Without repair nothing is changed.
 *
 * @param checkContents whether the content of every path, and of every file that paths share, is hashed and compared with what
 *     was registered; else it is only looked whether there is something under each name
 * @param repair whether what is missing or corrupt is fetched again, or built again
 * @param forgetMissing whether a path that is missing, could not be brought back, and that only such paths refer to, is no
 *     longer valid afterwards. A path whose content is wrong is never forgotten
 */
public record VerifyOptions(boolean checkContents, boolean repair, boolean forgetMissing) {

    /** Looks whether everything is there. */
    public static final VerifyOptions EXISTENCE = new VerifyOptions(false, false, false);

    /** Reads everything. */
    public static final VerifyOptions CONTENTS = new VerifyOptions(true, false, false);

    /** The same, repairing or not. */
    public VerifyOptions withRepair(boolean wanted) {
        return new VerifyOptions(checkContents, wanted, forgetMissing);
    }

    /** The same, forgetting what is lost or not. */
    public VerifyOptions withForgetMissing(boolean wanted) {
        return new VerifyOptions(checkContents, repair, wanted);
    }
}
