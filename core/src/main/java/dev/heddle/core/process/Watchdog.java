package dev.heddle.core.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one shell of a runner that sends signals, since the JVM itself cannot signal a group, and that outlives the JVM for a
 * moment: when its standard input ends and agents are still on its list, it kills their sessions and removes the runner's
 * directory. So nothing survives a JVM that was itself killed.
 *
 * <p>It runs in a session of its own, away from every job. If it dies it is started again at the next use.
 *
 * <p>May be used from any thread.
 */
final class Watchdog implements AutoCloseable {

    private static final long CLOSE_MILLIS = 5_000;

    private final Path directory;
    private final Path control;
    private final List<String> argv;
    private final String nonce;
    private final Set<Long> leaders = new LinkedHashSet<>();
    private @Nullable Process process;
    private boolean others;
    private boolean closed;

    /**
     * Names what it needs; nothing is started.
     *
     * @param argv how a shell is started in a session of its own
     * @param control the FIFO that acknowledgements go to
     */
    Watchdog(Path directory, Path control, List<String> argv, String nonce) {
        this.directory = directory;
        this.control = control;
        this.argv = argv;
        this.nonce = nonce;
    }

    /** Puts an agent on the list. */
    void adopt(long leader) throws IOException {
        synchronized (leaders) {
            leaders.add(leader);
            send("_a=\"$_a " + leader + "\"\n");
        }
    }

    /** From now on the runner's directory is to be removed even if no agent is on the list. */
    void guardDirectory() throws IOException {
        synchronized (leaders) {
            others = true;
            send("_d=1\n");
        }
    }

    /** Takes an agent off the list, having killed all that was left in its group. */
    void dismiss(long leader) {
        synchronized (leaders) {
            if (leaders.remove(leader)) {
                sendQuietly("kill -KILL -" + leader + "\n" + list());
            }
        }
    }

    /** Sends a signal to groups; a stopped process is continued so that it sees it. */
    void signal(String name, Collection<Long> groups) {
        String targets = targets(groups);
        synchronized (leaders) {
            sendQuietly("kill -" + name + targets + "\nkill -CONT" + targets + "\n");
        }
    }

    /** Kills groups for good; agent {@code id} is then reported as killed through the control pipe. */
    void kill(Collection<Long> groups, int id) {
        synchronized (leaders) {
            sendQuietly(
                    "kill -KILL" + targets(groups) + "\necho " + nonce + ' ' + FrameReader.KILLED + ' ' + id + " 0\n");
        }
    }

    private static String targets(Collection<Long> groups) {
        StringBuilder text = new StringBuilder();
        groups.forEach(group -> text.append(" -").append(group));
        return text.toString();
    }

    private String list() {
        StringBuilder text = new StringBuilder("_a=\"");
        leaders.forEach(leader -> text.append(' ').append(leader));
        return text.append("\"\n").toString();
    }

    private void sendQuietly(String text) {
        try {
            send(text);
        } catch (IOException e) {
            // Without any further process nothing can be signalled; the end of the job is then waited for.
        }
    }

    private void send(String text) throws IOException {
        if (closed) {
            return;
        }
        Process running = process;
        if (running != null && running.isAlive()) {
            try {
                write(running, text);
                return;
            } catch (IOException e) {
                // It was killed from outside: another one takes its place.
            }
        }
        Process fresh = new ProcessBuilder(argv)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(control.toFile()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process = fresh;
        write(fresh, boot() + list() + (others ? "_d=1\n" : "") + text);
    }

    private static void write(Process process, String text) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write(text.getBytes(RunnerFiles.CHARSET));
        out.flush();
    }

    private String boot() {
        StringBuilder text = new StringBuilder(AgentScript.GUARD);
        text.append("""
                _a= _d=
                _end() {
                  [ -n "$_a$_d" ] || exit 0
                  for _p in $_a; do kill -KILL "-$_p"; done
                  for _f in /proc/[0-9]*/stat; do
                    read -r _l <"$_f" || continue
                    set -- ${_l##*) }
                    case " $_a " in
                      *" $4 "*) _f=${_f#/proc/}; kill -KILL "${_f%/stat}";;
                    esac
                  done
                """);
        AgentScript.quote(text.append("  rm -rf "), directory.toString()).append("\n}\ntrap _end 0\n");
        return text.toString();
    }

    /** Ends it. Agents that are still on the list are killed, and the runner's directory goes with them. */
    @Override
    public void close() {
        Process running;
        synchronized (leaders) {
            closed = true;
            running = process;
        }
        if (running != null) {
            EndOfInput.of(running, CLOSE_MILLIS);
        }
    }
}
