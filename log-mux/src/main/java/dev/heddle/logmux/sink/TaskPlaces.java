package dev.heddle.logmux.sink;

import dev.heddle.core.JobInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A file for each task, as dpb has them: {@code paths/devel/gmake.log} for the task {@code devel/gmake}, and {@code
 * packages/gmake-4.4.log}, a link to it, for each further name of the task.
 *
 * <p>Each part of a task's name becomes the name of a folder, and the last one that of the file, as {@link FileNames} makes
 * them, so that none leads out of {@code paths}. A folder whose name would end in {@code .log} has that dot as {@code %2E}: no
 * file has its name. A name that would be longer than {@value #LONGEST} characters is one file, without folders.
 */
final class TaskPlaces implements LogPlaces {

    /** Longest path below {@code paths}; systems take 4,096 bytes, what is before included. */
    static final int LONGEST = 1_000;

    private static final String ENDING = ".log";

    private final Path paths;
    private final Path packages;
    private final Function<? super String, ? extends Collection<String>> aliases;
    /** Of each folder, by its path below {@link #paths}. */
    private final Map<String, FileNames> folders = new HashMap<>();

    private final FileNames packageNames = new FileNames();

    /**
     * @param aliases the further names of a task
     */
    TaskPlaces(Path directory, Function<? super String, ? extends Collection<String>> aliases) {
        this.paths = directory.resolve("paths");
        this.packages = directory.resolve("packages");
        this.aliases = aliases;
    }

    @Override
    public String key(JobInfo job) {
        return job.task();
    }

    @Override
    public Path file(String task) {
        StringBuilder path = new StringBuilder();
        String[] parts = task.split("/", -1);
        for (int i = 0; i < parts.length - 1 && path.length() <= LONGEST; i++) {
            path.append(folder(named(path, parts[i]))).append('/');
        }
        path.append(named(path, parts[parts.length - 1])).append(ENDING);
        String shown = path.length() <= LONGEST ? path.toString() : named("", task) + ENDING;
        return paths.resolve(shown);
    }

    private String named(CharSequence folder, String part) {
        return folders.computeIfAbsent(folder.toString(), each -> new FileNames())
                .of(part);
    }

    private static String folder(String name) {
        int dot = name.length() - ENDING.length();
        boolean likeAFile = name.toLowerCase(Locale.ROOT).endsWith(ENDING);
        return likeAFile ? name.substring(0, dot) + "%2E" + name.substring(dot + 1) : name;
    }

    @Override
    public List<Path> links(String task) {
        List<Path> links = new ArrayList<>();
        for (String alias : aliases.apply(task)) {
            links.add(packages.resolve(packageNames.of(alias) + ENDING));
        }
        return links;
    }

    @Override
    public String plural() {
        return "tasks";
    }
}
