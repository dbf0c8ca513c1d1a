package dev.heddle.logmux.sink;

import dev.heddle.core.JobInfo;
import java.nio.file.Path;
import java.util.List;

/** Which file a job's words go to, of many in a folder. Owned by the sink's thread. */
interface LogPlaces {

    /** What the job's words are gathered by: jobs of one key share a file. */
    String key(JobInfo job);

    /** The file of a key, below the folder; different for different keys. */
    Path file(String key);

    /** Links that lead to the file of a key as well; made when it is begun. */
    default List<Path> links(String key) {
        return List.of();
    }

    /** What the files are of, as in {@code the logs of components}. */
    String plural();

    /** A file for each component: {@code COMPONENT.log}. A job without one goes by the name of its task. */
    static LogPlaces ofComponents(Path directory) {
        FileNames names = new FileNames();
        return new LogPlaces() {
            @Override
            public String key(JobInfo job) {
                String component = job.component();
                return component == null ? job.task() : component;
            }

            @Override
            public Path file(String component) {
                return directory.resolve(names.of(component) + ".log");
            }

            @Override
            public String plural() {
                return "components";
            }
        };
    }
}
