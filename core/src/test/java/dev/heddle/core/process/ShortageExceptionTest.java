package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortageExceptionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cannot run program \"/bin/sh\": error=11, Resource temporarily unavailable",
                "Cannot run program \"/bin/sh\": error=11, Die Ressource ist zur Zeit nicht verf\u00fcgbar",
                "Cannot run program \"/bin/sh\": error=12, Cannot allocate memory",
                "Cannot run program \"/bin/error=2\": error=24, Too many open files",
            })
    void shortageIsKnownByItsNumberInAnyLanguage(String said) {
        assertThat(ShortageException.orSame(new IOException(said)))
                .isInstanceOf(ShortageException.class)
                .hasMessage(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cannot run program \"error=11, x\": error=2, No such file or directory",
                "Cannot run program \"x\": error=110, Connection timed out",
                "Resource temporarily unavailable",
                "error=",
            })
    void whatWouldFailAgainStaysAsItIs(String said) {
        IOException failure = new IOException(said);
        assertThat(ShortageException.orSame(failure)).isSameAs(failure);
    }

    @Test
    void fileThatFindsNoDescriptorIsAShortageAndAMissingOneIsNot() {
        assertThat(ShortageException.orSame(new FileSystemException("f", null, "Too many open files")))
                .isInstanceOf(ShortageException.class);
        assertThat(ShortageException.orSame(new FileSystemException("f", null, "No space left on device")))
                .isNotInstanceOf(ShortageException.class);
        assertThat(ShortageException.orSame(new IOException())).isNotInstanceOf(ShortageException.class);
    }
}
