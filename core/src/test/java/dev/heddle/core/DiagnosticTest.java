package dev.heddle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Diagnostic.Severity;
import org.junit.jupiter.api.Test;

class DiagnosticTest {

    @Test
    void isWrittenAsCompilersDo() {
        assertThat(new Diagnostic(Severity.ERROR, Location.of("a.c", 3, 14), "-Wx", "oops", "gcc"))
                .hasToString("a.c:3:14: error: oops [-Wx]");
        assertThat(new Diagnostic(Severity.WARNING, Location.of("a.c", 3), null, "oops", "gcc"))
                .hasToString("a.c:3: warning: oops");
        assertThat(new Diagnostic(Severity.NOTE, Location.of("a.c", 0), null, "oops", "gcc"))
                .hasToString("a.c: note: oops");
        assertThat(new Diagnostic(Severity.ERROR, null, null, "oops", "make")).hasToString("error: oops");
    }

    @Test
    void placesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> Location.of("", 1)).hasMessage("a location needs the name of a file");
        assertThatThrownBy(() -> Location.of("a", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Location.of("a", 1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Location.of("a", 0, 1))
                .hasMessage("not a place in a: line 0, column 1; both are counted from 1");
    }

    @Test
    void messageIsOneLineOfBoundedLength() {
        String longest = "m".repeat(Diagnostic.LONGEST_MESSAGE);
        assertThat(new Diagnostic(Severity.NOTE, null, null, longest, "x").message())
                .isEqualTo(longest);
        assertThatThrownBy(() -> new Diagnostic(Severity.NOTE, null, null, longest + "m", "x"))
                .hasMessage("a message of 4097 characters is too long; at most 4096 are taken");
        assertThatThrownBy(() -> new Diagnostic(Severity.NOTE, null, null, "a\nb", "x"))
                .hasMessage("a message is one line without control characters");
        assertThatThrownBy(() -> new Diagnostic(Severity.NOTE, null, null, "\u001b[31m", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
