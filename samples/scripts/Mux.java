import dev.heddle.core.Channel;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import dev.heddle.logmux.console.ConsoleDisplay;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The multiplexer alone: two threads that are nobody's build print at once, each is shown whole, and everything is recorded:
 * {@code java -cp CLASSPATH Mux.java RECORDING}.
 */
class Mux {
    public static void main(String[] args) throws Exception {
        try (OutputMultiplexer output = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .to(ConsoleDisplay.system())
                .journal(Path.of(args[0]))
                .build()) {
            List<Thread> shuttles = IntStream.rangeClosed(1, 2)
                    .mapToObj(number -> new Thread(() -> weave(output.open("shuttle " + number, "loom"), number)))
                    .toList();
            shuttles.forEach(Thread::start);
            for (Thread shuttle : shuttles) {
                shuttle.join();
            }
            output.message(Channel.MESSAGE, "woven in Java");
        }
    }

    private static void weave(OutputSource shuttle, int number) {
        try (shuttle) {
            for (int pick = 1; pick <= 3; pick++) {
                shuttle.write(Channel.STDOUT, ("shuttle " + number + " pick " + pick + "\n").getBytes());
            }
            shuttle.finish(0);
        }
    }
}
