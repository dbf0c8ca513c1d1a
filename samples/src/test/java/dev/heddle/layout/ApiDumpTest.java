package dev.heddle.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The public API of each module is what its {@code api.txt} says, so that a change of it is seen in review. */
class ApiDumpTest {

    static Stream<String> publishedModules() {
        return Repository.PUBLISHED.stream();
    }

    @ParameterizedTest
    @MethodSource("publishedModules")
    void publicApiIsAsWrittenDown(String module) throws IOException {
        Path file = Repository.root().resolve(module).resolve("api.txt");
        String api = ApiDump.of(module);
        if (Boolean.getBoolean("heddle.api.update")) {
            Files.writeString(file, api);
        }
        assertThat(file).exists();
        assertThat(api)
                .as(
                        "the public API of %s; if the change is meant, write api.txt again with -Dheddle.api.update=true (see"
                                + " CONTRIBUTING.md) and commit it",
                        module)
                .isEqualTo(Files.readString(file));
    }
}
