package dev.heddle.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where things are in the repository that the tests of its layout read. */
final class Repository {

    /** The modules whose jars are published, in the order of the build. */
    static final List<String> PUBLISHED = List.of("core", "log-mux", "scheduler", "store");

    private Repository() {}

    static Path root() {
        Path start = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        for (Path directory = start; directory != null; directory = directory.getParent()) {
            if (Files.isRegularFile(directory.resolve("log-mux/pom.xml"))) {
                return directory;
            }
        }
        throw new AssertionError(
                "no directory above " + start + " holds log-mux/pom.xml: run the tests in the repository");
    }

    static Path classes(String module) {
        Path classes = root().resolve(module).resolve("target/classes");
        if (!Files.isDirectory(classes)) {
            throw new AssertionError(classes + " is missing: build the whole tree, mvn test");
        }
        return classes;
    }

    static Path mainSources(String module) {
        return root().resolve(module).resolve("src/main/java");
    }

    /** Every Java file of a module's main code but module-info and package-info, in a stable order. */
    static List<Path> javaFiles(String module) {
        Path sources = mainSources(module);
        if (!Files.isDirectory(sources)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("module-info.java") && !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean hasModule(String module) {
        return Files.isRegularFile(classes(module).resolve("module-info.class"));
    }

    /** The packages that a module exports to everybody. */
    static Set<String> exportedPackages(String module) {
        try (var in = Files.newInputStream(classes(module).resolve("module-info.class"))) {
            return ModuleDescriptor.read(in).exports().stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
