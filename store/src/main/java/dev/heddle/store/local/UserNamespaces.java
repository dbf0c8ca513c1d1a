package dev.heddle.store.local;

import dev.heddle.core.Command;
import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Keeps builders apart with the programs of util-linux alone ({@code unshare} 2.36 or later, {@code mount}, {@code setsid}):
 * namespaces of their own for users, processes, mounts, network, names and shared memory.
 *
 * <p>A shell that is process 1 of these mounts everything, and then starts the builder in one more namespace of users, in which
 * it has no rights and from which it cannot leave its root. The builder's own variables are set only there: none of them reaches
 * a program that still has rights. When {@code unshare} is killed, process 1 is, and with it all others.
 *
 * @param unshare the program
 * @param env {@code env(1)}, which the builder finds as {@code /.heddle/env}, with what it needs being among the visible
 * @param path where the other programs are looked for
 * @param layout the store
 * @param visible what builders see of the machine: where they see it, and what it really is
 */
record UserNamespaces(Path unshare, Path env, String path, StoreLayout layout, SortedMap<String, Path> visible)
        implements Confinement {

    private static final String ENV = "/.heddle/env";

    /** Gets the root, the table of mounts, the builder's directory, {@code unshare}, and what is to run. */
    private static final String SCRIPT = """
            umask 022
            root=$1 table=$2 directory=$3 unshare=$4
            shift 4
            mount --all --fstab "$table" || exit 125
            hostname localhost || exit 125
            if [ "$1" = private ] && command -v ip >/dev/null; then ip link set lo up; fi
            shift
            exec 3>&2 2>/dev/null
            "$unshare" --user --map-user=%d --map-group=%d --root="$root" --wd="$directory" -- "$@" 2>&3 3>&-
            exit $?
            """.formatted(BuildRoom.USER, BuildRoom.GROUP);

    /** Devices that every builder has. */
    private static final List<String> DEVICES = List.of("null", "zero", "full", "random", "urandom", "tty");

    @Override
    public boolean isPrivate() {
        return true;
    }

    @Override
    public String directory(BuildRoom room) {
        return Bubblewrap.DIRECTORY;
    }

    @Override
    public Command command(Call call) throws IOException {
        if (call.program().indexOf('=') >= 0) {
            throw new BuildFailure(
                    BuildResult.Failure.REFUSED,
                    "the builder " + call.program() + " has '=' in its name, which a sandbox of unshare cannot start; "
                            + "install bubblewrap, or build it with the sandbox off");
        }
        SandboxRoot root = root(call);
        List<String> argv = new ArrayList<>(List.of(unshare.toString(), "--user", "--map-root-user"));
        argv.addAll(List.of("--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts"));
        if (!call.network()) {
            argv.add("--net");
        }
        argv.addAll(List.of("--", "setsid", SandboxProbe.SHELL.toString(), "-c", SCRIPT, "sh"));
        argv.addAll(List.of(root.path().toString(), root.table().toString(), Bubblewrap.DIRECTORY, unshare.toString()));
        argv.addAll(List.of(call.network() ? "shared" : "private", ENV, "-i"));
        call.environment().forEach((name, value) -> argv.add(name + "=" + value));
        argv.add(call.program());
        argv.addAll(call.arguments());
        return Command.of(argv).cleanEnv().env("PATH", path).in(call.room().build());
    }

    private SandboxRoot root(Call call) throws IOException {
        BuildRoom room = call.room();
        SandboxRoot root = SandboxRoot.in(room.stage());
        root.mount("proc", "/proc", "nosuid,nodev,noexec");
        for (String device : DEVICES) {
            root.show(Path.of("/dev", device), "/dev/" + device);
        }
        root.mount("tmpfs", "/dev/shm", "nosuid,nodev,mode=1777");
        root.mount("devpts", "/dev/pts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=620");
        root.link("/dev/ptmx", Path.of("pts/ptmx"));
        root.link("/dev/fd", Path.of("/proc/self/fd"));
        List<String> streams = List.of("stdin", "stdout", "stderr");
        for (int i = 0; i < streams.size(); i++) {
            root.link("/dev/" + streams.get(i), Path.of("/proc/self/fd/" + i));
        }
        root.show(env, ENV);
        root.give(room.build(), Bubblewrap.DIRECTORY);
        root.give(room.temporary(), "/tmp");
        root.show(room.etc(), "/etc");
        for (Map.Entry<String, Path> shown : visible.entrySet()) {
            root.show(shown.getValue(), shown.getKey());
        }
        root.give(room.outputs(), layout.storeDirectory());
        for (StorePath input : call.inputs()) {
            Path real = layout.real(input);
            if (Files.isSymbolicLink(real)) {
                root.link(input.toString(), Files.readSymbolicLink(real));
            } else {
                root.show(real, input.toString());
            }
        }
        root.finish();
        return root;
    }
}
