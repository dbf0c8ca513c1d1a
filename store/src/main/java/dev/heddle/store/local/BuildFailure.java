package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import java.util.ArrayList;
import java.util.List;

/** Why a build does not go on; becomes a {@link BuildResult.Failed} where the build was begun. */
final class BuildFailure extends StoreException {

    private static final long serialVersionUID = 1;

    private final BuildResult.Failure kind;
    private final ArrayList<String> lastLines;

    BuildFailure(BuildResult.Failure kind, String message) {
        this(kind, message, List.of());
    }

    private BuildFailure(BuildResult.Failure kind, String message, List<String> lastLines) {
        super(message);
        this.kind = kind;
        this.lastLines = new ArrayList<>(lastLines);
    }

    /** The same, said of somebody who printed something. */
    BuildFailure of(String whom, List<String> printed) {
        return new BuildFailure(kind, whom + getMessage(), printed);
    }

    BuildResult.Failed result(StorePath derivation) {
        return new BuildResult.Failed(derivation, kind, String.valueOf(getMessage()), lastLines);
    }
}
