package dev.heddle.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class JobserverOptionsTest {

    /** As make sets it below a recipe without {@code +}. */
    private static final Map<String, String> KEPT = Map.of("MAKEFLAGS", " -j2 --jobserver-auth=-2,-2");

    private static JobserverOptions given(String... arguments) {
        JobserverOptions options = new JobserverOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs(arguments);
        return options;
    }

    @Test
    void aMakeThatKeepsItsSlotsIsAnErrorWhereNothingElseWasAskedFor() {
        assertThatThrownBy(() -> given().chosen(false, KEPT)).isInstanceOf(UserError.class);
        assertThat(given().chosen(true, KEPT)).isEmpty();
        assertThat(given("--jobserver", "none").chosen(false, KEPT)).isEmpty();
    }

    @Test
    void ninjaTellsOfSuchAMakeAndRunsBesideIt() {
        List<String> told = new ArrayList<>();
        assertThat(given().chosenIfLent(false, KEPT, told::add)).isEmpty();
        assertThat(told).singleElement().asString().startsWith("slots are not shared with make: ");
        told.clear();
        assertThat(given().chosenIfLent(true, KEPT, told::add)).isEmpty();
        assertThat(given().chosenIfLent(false, Map.of(), told::add)).isEmpty();
        assertThat(given("--jobserver", "pipe").chosenIfLent(false, KEPT, told::add))
                .isPresent();
        assertThat(told).isEmpty();
    }
}
