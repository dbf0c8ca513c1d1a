package dev.heddle.store.local;

import dev.heddle.store.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** What the model of the database tells of all its paths. */
class ModelSurveyTest extends SurveyContract {

    @Override
    StoreDatabase open(Path at) throws IOException {
        return ModelDatabase.open(Disk.system(), StoreLayout.below(at));
    }
}
