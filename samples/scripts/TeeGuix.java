import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.GuixSession;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.wire.GuixReader;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Passes what a Guix daemon sends on to a file, to the byte, and shows it build by build meanwhile:
 * {@code java -cp CLASSPATH TeeGuix.java SESSION COPY}, where SESSION may be a file, a pipe or {@code /dev/stdin}.
 */
class TeeGuix {
    public static void main(String[] args) throws Exception {
        try (InputStream daemon = Files.newInputStream(Path.of(args[0]));
                OutputStream copy = Files.newOutputStream(Path.of(args[1]));
                OutputMultiplexer output = OutputMultiplexer.builder()
                        .strategy(GroupingStrategy.task())
                        .to(ConsoleDisplay.system())
                        .build();
                GuixSession session = new GuixSession(output)) {
            GuixReader reader = new GuixReader(session);
            byte[] buffer = new byte[32 * 1024];
            for (int count = daemon.read(buffer); count >= 0; count = daemon.read(buffer)) {
                copy.write(buffer, 0, count);
                reader.read(buffer, 0, count);
            }
            reader.finish();
            session.close();
            output.drain();
            System.out.println(session.status().built() + " built, " + session.status().failed() + " failed");
        }
    }
}
