package dev.heddle.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.event.Counters;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records whose equality is written out must not forget a component, also not one that is added later. */
class WrittenEqualityTest {

    private static final Resources SOME = new Resources(1, 0, Set.of(), Set.of());

    /** Two values of each record that differ in every component. */
    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(new Counters(1, 2, 3, 4, 5, 6, 7, 8), new Counters(11, 12, 13, 14, 15, 16, 17, 18)),
                Arguments.of(new RetryPolicy(1, Duration.ZERO), new RetryPolicy(2, Duration.ofSeconds(1))),
                Arguments.of(
                        new HostConstraints(Map.of(), null, null),
                        new HostConstraints(Map.of("arch", "arm"), "h", "t")),
                Arguments.of(
                        new Step("a", Command.of("a"), null, RetryPolicy.NEVER, null),
                        new Step(
                                "b",
                                Command.of("b"),
                                Duration.ofSeconds(1),
                                new RetryPolicy(2, Duration.ZERO),
                                Duration.ofSeconds(2))),
                Arguments.of(
                        new TaskTraits(null, Map.of(), SOME, HostConstraints.NONE, null, RetryPolicy.NEVER, 0, false),
                        new TaskTraits(
                                "c",
                                Map.of("A", "b"),
                                new Resources(2, 0, Set.of(), Set.of()),
                                new HostConstraints(Map.of(), "h", null),
                                Duration.ofSeconds(1),
                                new RetryPolicy(2, Duration.ZERO),
                                1,
                                true)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void valuesAreEqualUntilOneComponentDiffers(Record one, Record other) throws ReflectiveOperationException {
        for (int changed = -1; changed < one.getClass().getRecordComponents().length; changed++) {
            Record mixed = mixed(one, other, changed);
            if (changed < 0) {
                assertThat(mixed).isNotSameAs(one).isEqualTo(one).hasSameHashCodeAs(one);
            } else {
                assertThat(mixed).as("component %d", changed).isNotEqualTo(one);
            }
        }
        assertThat(one).isNotEqualTo(null).isNotEqualTo("a text");
    }

    private static Record mixed(Record one, Record other, int changed) throws ReflectiveOperationException {
        RecordComponent[] components = one.getClass().getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = components[i].getAccessor().invoke(i == changed ? other : one);
        }
        Constructor<? extends Record> whole = one.getClass()
                .getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        return whole.newInstance(values);
    }

    @ParameterizedTest
    @MethodSource("resources")
    void resourcesThatDifferInOneThingAreNotEqual(Resources other) {
        assertThat(other).isNotEqualTo(SOME);
        assertThat(new Resources(1, 0, Set.of(), Set.of())).isEqualTo(SOME).hasSameHashCodeAs(SOME);
    }

    /** Not all components can be changed apart from the others. */
    static Stream<Resources> resources() {
        return Stream.of(
                new Resources(0, 0, 0, Map.of(), Set.of(), Set.of(), null),
                new Resources(1, 2, 0, Map.of(), Set.of(), Set.of(), null),
                new Resources(1, 1, 1, Map.of(), Set.of(), Set.of(), null),
                new Resources(1, 1, 0, Map.of("gpu", 1L), Set.of(), Set.of(), null),
                new Resources(1, 1, 0, Map.of(), Set.of("l"), Set.of(), null),
                new Resources(1, 1, 0, Map.of(), Set.of(), Set.of("p"), null),
                new Resources(0, 0, 0, Map.of(), Set.of(), Set.of(), "s"));
    }

    @Test
    void resourcesOfNoSlotsDifferByTheirSite() {
        Resources plain = new Resources(0, 0, 0, Map.of(), Set.of(), Set.of(), null);
        assertThat(new Resources(0, 0, 0, Map.of(), Set.of(), Set.of(), "s")).isNotEqualTo(plain);
    }
}
