package dev.heddle.store.local;

import java.io.IOException;
import java.nio.file.Path;

/** What the database in SQLite tells of all its paths. */
class SqliteSurveyTest extends SurveyContract {

    @Override
    StoreDatabase open(Path at) throws IOException {
        return SqliteDatabase.open(StoreLayout.below(at), DatabaseSettings.NORMAL);
    }
}
