package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that a model database knows at one moment, by number. */
final class ModelSurvey {

    private final ModelFacts facts;
    private final TreeMap<Long, StorePath> byNumber = new TreeMap<>();
    private final Map<StorePath, Long> numbers;

    ModelSurvey(ModelFacts facts, Map<StorePath, Long> numbers) {
        this.facts = facts;
        this.numbers = numbers;
        facts.paths.keySet().forEach(path -> byNumber.put(number(numbers, path), path));
    }

    static long number(Map<StorePath, Long> numbers, StorePath path) {
        synchronized (numbers) {
            return numbers.computeIfAbsent(path, first -> numbers.size() + 1L);
        }
    }

    void tell(StoreSurvey.Surveyor surveyor) throws IOException {
        byNumber.forEach((number, path) ->
                surveyor.path(number, facts.paths.get(path).registered().getEpochSecond()));
        byNumber.forEach((number, path) ->
                sorted(facts.paths.get(path).references()).forEach(reference -> surveyor.reference(number, reference)));
        byNumber.forEach((number, path) -> facts.outputs
                .getOrDefault(path, Map.of())
                .values()
                .forEach(output -> {
                    PathInfo info = facts.paths.get(output);
                    if (info != null) {
                        surveyor.output(number, numbers.get(output), path.equals(info.deriver()));
                    }
                }));
    }

    private SortedSet<Long> sorted(SortedSet<StorePath> paths) {
        SortedSet<Long> sorted = new TreeSet<>();
        paths.forEach(path -> sorted.add(numbers.get(path)));
        return sorted;
    }

    List<StoreSurvey.Counted> paths(long... wanted) {
        return Arrays.stream(wanted)
                .filter(byNumber::containsKey)
                .mapToObj(number -> new StoreSurvey.Counted(
                        number,
                        byNumber.get(number),
                        facts.paths.get(byNumber.get(number)).narSize()))
                .toList();
    }
}
