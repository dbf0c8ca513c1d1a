package dev.heddle.store.local;

import static dev.heddle.store.local.DatabaseContract.digest;
import static dev.heddle.store.local.DatabaseContract.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every database tells of all its paths at once. */
abstract class SurveyContract {

    @TempDir
    Path directory;

    abstract StoreDatabase open(Path at) throws IOException;

    @Test
    void everyPathReferenceAndValidOutputIsTold() throws IOException {
        try (StoreDatabase database = open(directory)) {
            PathInfo made = info(1, 1, 2).withDeriver(path(3));
            database.write(transaction -> {
                transaction.register(List.of(info(2), made, info(3), info(4, 2)));
                transaction.registerOutputs(path(3), Map.of("out", path(1), "doc", path(2), "gone", path(9)));
                return null;
            });
            Map<Long, StorePath> names = new TreeMap<>();
            for (int i = 1; i <= 4; i++) {
                names.put(database.number(path(i)), path(i));
            }
            assertThat(names).hasSize(4);
            assertThat(database.number(path(9))).isNegative();
            List<String> told = told(database, names);
            assertThat(told.subList(0, 4))
                    .isEqualTo(names.values().stream()
                            .map(path -> path.name() + " at 77")
                            .toList());
            assertThat(told.subList(4, told.size()))
                    .containsExactlyInAnyOrder(
                            "path-1 to path-1",
                            "path-1 to path-2",
                            "path-4 to path-2",
                            "path-3 makes path-1 true",
                            "path-3 makes path-2 false");
        }
    }

    @Test
    void pathsAreFoundByNumberAsLongAsTheyAreValid() throws IOException {
        try (StoreDatabase database = open(directory)) {
            database.write(transaction -> {
                transaction.register(List.of(info(1), info(2), info(3)));
                return null;
            });
            long[] numbers = {database.number(path(3)), database.number(path(1)), 12345, database.number(path(2))};
            database.write(transaction -> {
                transaction.invalidate(List.of(path(1)));
                return null;
            });
            assertThat(database.paths(numbers))
                    .containsExactly(
                            new StoreSurvey.Counted(numbers[0], path(3), 103),
                            new StoreSurvey.Counted(numbers[3], path(2), 102));
        }
    }

    private static List<String> told(StoreDatabase database, Map<Long, StorePath> names) throws IOException {
        List<String> told = new ArrayList<>();
        database.survey(new StoreSurvey.Surveyor() {
            private String name(long number) {
                return names.get(number).name();
            }

            @Override
            public void path(long number, long registered) {
                told.add(name(number) + " at " + registered);
            }

            @Override
            public void reference(long referrer, long reference) {
                told.add(name(referrer) + " to " + name(reference));
            }

            @Override
            public void output(long derivation, long output, boolean made) {
                told.add(name(derivation) + " makes " + name(output) + " " + made);
            }
        });
        return told;
    }

    private static PathInfo info(int number, Integer... references) {
        List<StorePath> paths =
                java.util.Arrays.stream(references).map(DatabaseContract::path).toList();
        return PathInfo.of(path(number), digest("" + number), 100 + number, paths)
                .withRegistered(java.time.Instant.ofEpochSecond(77));
    }
}
