package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code samples/tiny-build}, compiled by Maven against the installed artifacts and then used as a build tool. */
class TinyBuildIT {

    @TempDir
    static Path project;

    private static String classPath;

    @TempDir
    Path book;

    @BeforeAll
    static void compileAgainstInstalledArtifacts() throws IOException, InterruptedException {
        copy(Programs.samples().resolve("tiny-build"), project);
        // Heddle comes from the throw-away repository; Maven's plugins come from where this build has them.
        Path settings = Files.writeString(project.resolve("settings.xml"), """
                <settings>
                  <profiles>
                    <profile>
                      <id>here</id>
                      <pluginRepositories>
                        <pluginRepository><id>here</id><url>%s</url></pluginRepository>
                      </pluginRepositories>
                      <repositories>
                        <repository><id>here</id><url>%s</url></repository>
                      </repositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>here</activeProfile></activeProfiles>
                </settings>
                """.formatted(
                Programs.mavenRepository().toUri(), Programs.mavenRepository().toUri()));
        Path list = project.resolve("classpath.txt");
        Run run = Programs.run(
                project,
                Programs.maven(
                        "-gs",
                        settings.toString(),
                        "-Daether.offline.protocols=file",
                        "-Dmaven.repo.local=" + Programs.installed(),
                        "compile",
                        "dependency:build-classpath",
                        "-Dmdep.outputFile=" + list));
        assertThat(run.exitCode()).as(run.output()).isZero();
        classPath =
                project.resolve("target/classes") + ":" + Files.readString(list).strip();
    }

    @BeforeEach
    void copyTheBook() throws IOException {
        copy(project.resolve("hello"), book);
    }

    @Test
    void buildsEverythingOnceAndThenNothing() throws IOException, InterruptedException {
        Run first = build();
        assertThat(first.exitCode()).as(first.output()).isZero();
        assertThat(first.output()).contains("set the title").contains("tiny-build: 3 ran, 0 up to date");
        assertThat(book.resolve("book.txt"))
                .hasContent("THE LOOM\nOf the warp.\nIt is strung first.\nOf the weft.\nIt crosses the warp.\n");
        Run second = build();
        assertThat(second.output()).contains("tiny-build: 0 ran, 3 up to date");
    }

    @Test
    void rebuildsWhatDependsOnAChangedFile() throws IOException, InterruptedException {
        build();
        Files.setLastModifiedTime(
                book.resolve("name.txt"), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(build().output()).contains("tiny-build: 2 ran, 1 up to date");
    }

    @Test
    void failedCommandIsShownAndEndsWithOne() throws IOException, InterruptedException {
        Files.delete(book.resolve("two.txt"));
        Run run = build();
        assertThat(run.exitCode()).as(run.output()).isOne();
        assertThat(run.output()).contains("two.txt");
        assertThat(book.resolve("book.txt")).doesNotExist();
    }

    @Test
    void badLineIsNamedWithItsPlace() throws IOException, InterruptedException {
        Files.writeString(book.resolve("Tinyfile"), "no colon here\n");
        Run run = build();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).contains("Tinyfile:1: a rule looks like FILE: INPUT...");
    }

    private Run build() throws IOException, InterruptedException {
        return Programs.run(book, Programs.java("java", "-XX:+UseSerialGC", "-cp", classPath, "TinyBuild"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(each -> !from.relativize(each).startsWith("target"))
                    .toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
