package dev.heddle.logmux;

import dev.heddle.core.Diagnostic.Severity;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Counts errors and warnings by task. For any thread. Has an entry for each task of which something was told. */
final class Tally {

    private final Map<String, DiagnosticCounts> byTask = new ConcurrentHashMap<>();

    void add(String task, Severity severity) {
        if (severity != Severity.NOTE) {
            boolean error = severity == Severity.ERROR;
            byTask.merge(
                    task,
                    DiagnosticCounts.NONE.plus(error ? 1 : 0, error ? 0 : 1),
                    (known, one) -> known.plus(one.errors(), one.warnings()));
        }
    }

    DiagnosticCounts of(String task) {
        return byTask.getOrDefault(task, DiagnosticCounts.NONE);
    }

    Map<String, DiagnosticCounts> byTask() {
        return new TreeMap<>(byTask);
    }

    DiagnosticCounts total() {
        return DiagnosticCounts.sum(byTask.values());
    }
}
