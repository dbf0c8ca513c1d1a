package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the README tells to type works as it stands there. */
class ReadmeIT {

    private static final Pattern FENCE = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @TempDir
    Path directory;

    private static Path root() {
        return Programs.samples().resolveSibling("README.md").getParent();
    }

    private static List<String> blocks(String language) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher fences = FENCE.matcher(Files.readString(root().resolve("README.md")));
        while (fences.find()) {
            if (fences.group(1).equals(language)) {
                found.add(fences.group(2));
            }
        }
        assertThat(found).as("blocks of " + language).isNotEmpty();
        return found;
    }

    static List<String> shellBlocks() throws IOException {
        return blocks("sh");
    }

    @ParameterizedTest
    @MethodSource("shellBlocks")
    void everyCommandSucceeds(String block) throws IOException, InterruptedException {
        Run run =
                Programs.run(root(), List.of("sh", "-e", "-c", "export XDG_CACHE_HOME='" + directory + "'\n" + block));
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void programCompilesAndRuns() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("Hello.java"), blocks("java").get(0));
        Run run = Programs.run(directory, Programs.java("java", "-cp", Programs.installedClassPath(), "Hello.java"));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("fetching\ndone\n", "compiling\n", "this line is printed by Java code\n");
        assertThat(directory.resolve("hello.hlog")).isNotEmptyFile();
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        Matcher links = Pattern.compile("\\]\\(([^)#]+)\\)").matcher(Files.readString(root().resolve("README.md")));
        while (links.find()) {
            assertThat(root().resolve(links.group(1))).exists();
        }
    }
}
