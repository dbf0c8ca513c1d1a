package dev.heddle.scheduler.host;

import dev.heddle.core.transport.ShellTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Shells within an allocation of Slurm, one node with a processor for each slot: {@code srun} makes the allocation for the
 * first, further ones are steps of it. Immutable.
 *
 * <p>The allocation ends with its first shell: on the node, a word behind that shell has Slurm cancel the job, and here a watcher
 * does when {@code srun} has ended for whatever reason.
 */
final class SlurmAllocation implements ShellTransport {

    /** Behind the name of Slurm's job come the program's words; what they read and write is that of {@code srun}. */
    private static final String FIRST = """
            name=$1
            shift
            (while kill -0 $$; do sleep 1; done; scancel --quiet --me --name="$name") </dev/null >/dev/null 2>&1 &
            exec srun --job-name="$name" "$@"
            """;

    /** On the node: what comes behind the shell frees the allocation, should nobody else be left who could. */
    private static final String ON_NODE = "\"$@\"; scancel --quiet \"$SLURM_JOB_ID\"";

    /** The number of the allocation is asked for once and kept in the connection's directory. */
    private static final String FURTHER = """
            name=$1
            file=$2
            shift 2
            [ -s "$file" ] || {
              squeue --noheader --me --name="$name" --states=RUNNING --format=%A >"$file.$$" && mv "$file.$$" "$file"
            }
            read -r id <"$file" || { echo "the allocation $name is gone" >&2; exit 1; }
            exec srun --jobid="$id" --overlap "$@"
            """;

    /** What an allocation around this process would have Slurm's programs believe. */
    private static final List<String> UNSET = List.of(
            "env",
            "-u",
            "SLURM_JOB_ID",
            "-u",
            "SLURM_JOBID",
            "-u",
            "SLURM_STEP_ID",
            "-u",
            "SLURM_NTASKS",
            "-u",
            "SLURM_NPROCS",
            "-u",
            "SLURM_CPUS_PER_TASK",
            "-u",
            "SLURM_MEM_PER_NODE",
            "-u",
            "SLURM_MEM_PER_CPU");

    private static final List<String> ALWAYS = List.of("--nodes=1", "--ntasks=1", "--unbuffered", "--quiet");

    private final HostEntry entry;
    private final SlurmOptions options;
    private final int slots;
    private final String token;

    /**
     * An allocation that is asked for when the first shell is.
     *
     * @param random for a name of the allocation that no other has
     */
    SlurmAllocation(HostEntry entry, RandomGenerator random) {
        this.entry = entry;
        this.options = SlurmOptions.of(entry);
        this.slots = entry.spec().slots();
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        this.token = "heddle-" + HexFormat.of().formatHex(bytes);
    }

    @Override
    public String name() {
        return entry.name();
    }

    private String jobName(Path directory) {
        return token + "-" + directory.getFileName();
    }

    @Override
    public List<String> first(Path directory, List<String> program) {
        List<String> argv = script(FIRST, jobName(directory));
        argv.addAll(ALWAYS);
        argv.add("--cpus-per-task=" + slots);
        argv.add("--immediate=" + patience().toSeconds());
        if (entry.memoryBytes() > 0) {
            argv.add("--mem=" + Math.max(1, entry.memoryBytes() >> 20) + "M");
        }
        argv.addAll(options.arguments(options.minutes()));
        argv.addAll(List.of("sh", "-c", ON_NODE, "sh"));
        argv.addAll(program);
        return List.copyOf(argv);
    }

    @Override
    public List<String> further(Path directory, List<String> program) {
        List<String> argv = script(FURTHER, jobName(directory));
        argv.add(directory.resolve("job").toString());
        argv.addAll(ALWAYS);
        argv.addAll(program);
        return List.copyOf(argv);
    }

    private static List<String> script(String text, String name) {
        List<String> argv = new ArrayList<>(UNSET);
        argv.addAll(List.of("sh", "-c", text, "sh", name));
        return argv;
    }

    /** As many as run at once, those that are being replaced, and the first. */
    @Override
    public int mostPrograms() {
        return 2 * (slots + entry.spec().unslotted()) + 1;
    }

    @Override
    public Duration patience() {
        return entry.answerTime();
    }
}
