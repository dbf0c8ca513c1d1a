package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkTest {

    @Test
    void marksThatDifferInAnyThingAreNotEqual() {
        Mark plain = new Mark(Channel.STDOUT, null, null);
        List<Mark> others = List.of(
                new Mark(Channel.STDERR, null, null),
                new Mark(Channel.STDOUT, TextColor.DEFAULT, null),
                new Mark(Channel.STDOUT, null, "t"));
        assertThat(others)
                .hasSameSizeAs(Mark.class.getRecordComponents())
                .doesNotHaveDuplicates()
                .doesNotContain(plain);
        assertThat(new Mark(Channel.STDOUT, null, null)).isEqualTo(plain).hasSameHashCodeAs(plain);
    }
}
