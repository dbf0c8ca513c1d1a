package dev.heddle.scheduler.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Shell scripts that take the place of Slurm's programs: a job is a session of this machine. A file {@code refuse} holds what
 * sbatch says instead of taking a job, {@code hold} keeps jobs from beginning, {@code vanish} has squeue show none.
 */
final class FakeSlurm {

    private static final String SBATCH = """
            #!/bin/sh
            d=$(dirname "$0")
            echo "sbatch $*" >>"$d/calls"
            if said=$(cat "$d/refuse" 2>/dev/null); then echo "$said" >&2; exit 1; fi
            until mkdir "$d/lock" 2>/dev/null; do :; done
            id=$(($(cat "$d/last") + 1))
            echo $id >"$d/last"
            rmdir "$d/lock"
            while [ $# -gt 2 ]; do shift; done
            echo PENDING >"$d/s.$id"
            setsid sh -c '
              while [ -e "$1/hold" ]; do sleep 0.1; [ "$(cat "$1/s.$2")" = PENDING ] || exit; done
              echo RUNNING >"$1/s.$2"
              setsid sh -c '\\''echo $$ >"$1/p.$2"; shift 2; exec sh "$@"'\\'' sh "$@"
              [ "$(cat "$1/s.$2")" != RUNNING ] || echo COMPLETED >"$1/s.$2"
            ' sh "$d" $id "$@" </dev/null >/dev/null 2>&1 &
            [ -e "$d/garble" ] && { rm "$d/garble"; echo "job? $id"; exit; }
            echo "$id;fake"
            """;

    private static final String SQUEUE = """
            #!/bin/sh
            d=$(dirname "$0")
            echo "squeue $*" >>"$d/calls"
            [ ! -e "$d/down" ] || { echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1; }
            [ ! -e "$d/vanish" ] || exit 0
            for f in "$d"/s.*; do [ ! -e "$f" ] || echo "${f##*/s.} $(cat "$f")"; done
            """;

    private static final String SCANCEL = """
            #!/bin/sh
            d=$(dirname "$0")
            echo "scancel $*" >>"$d/calls"
            full=; pending=
            for x; do
              case $x in
                --signal=*) full=${x#--signal=} ;;
                --state=PENDING) pending=1 ;;
                -*) ;;
                *)
                  if [ "$full" ]; then kill -$full -$(cat "$d/p.$x")
                  elif [ "$(cat "$d/s.$x")" = PENDING ] || [ ! "$pending" ]; then
                    case $(cat "$d/s.$x") in PENDING | RUNNING) echo CANCELLED >"$d/s.$x" ;; esac
                    kill -KILL -$(cat "$d/p.$x")
                  fi ;;
              esac
            done 2>/dev/null
            """;

    private final Path directory;

    FakeSlurm(Path directory) throws IOException {
        this.directory = directory;
        for (Map.Entry<String, String> program :
                Map.of("sbatch", SBATCH, "squeue", SQUEUE, "scancel", SCANCEL).entrySet()) {
            Path file = Files.writeString(directory.resolve(program.getKey()), program.getValue());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.writeString(directory.resolve("last"), "0\n");
        Files.createFile(directory.resolve("calls"));
    }

    /** A search path in which these programs are found first. */
    String path() {
        return directory + ":" + System.getenv("PATH");
    }

    void set(String switchName, String content) throws IOException {
        Path made = Files.write(directory.resolve(switchName + ".new"), content.getBytes(StandardCharsets.UTF_8));
        Files.move(made, directory.resolve(switchName), StandardCopyOption.REPLACE_EXISTING);
    }

    void clear(String switchName) throws IOException {
        Files.delete(directory.resolve(switchName));
    }

    /** Ends a job, as Slurm does of its own accord or because somebody else has told it to. */
    void end(int id, String state, String signal) throws IOException, InterruptedException {
        set("s." + id, state + "\n");
        Process kill =
                new ProcessBuilder("sh", "-c", "kill -$0 -$(cat \"$1\")", signal, directory + "/p." + id).start();
        if (kill.waitFor() != 0) {
            throw new IOException("job " + id + " cannot be told " + signal);
        }
    }

    /** Waits until no job will write here any more. */
    void await() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!isQuiet()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("a job is not over after a minute");
            }
            Thread.onSpinWait();
        }
    }

    private boolean isQuiet() throws IOException {
        try (DirectoryStream<Path> states = Files.newDirectoryStream(directory, "s.*")) {
            for (Path state : states) {
                String name = Files.readString(state).strip();
                if (!SlurmAnswers.isOver(name)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The calls of a program, one a line. */
    List<String> calls(String program) throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("calls"))) {
            return lines.filter(line -> line.startsWith(program + " ")).toList();
        }
    }
}
