package dev.heddle.store.local;

import dev.heddle.core.Command;
import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps builders apart with bubblewrap (0.5 or later): namespaces of their own for users, processes, mounts, network, names and
 * shared memory.
 *
 * @param program {@code bwrap}
 * @param layout the store
 * @param visible what builders see of the machine: where they see it, and what it really is
 * @param larger takes the builds that have too many inputs for bubblewrap; null where there is none
 */
record Bubblewrap(
        Path program,
        StoreLayout layout,
        SortedMap<String, Path> visible,
        @Nullable Confinement larger) implements Confinement {

    /** Where a private builder starts, as in Nix. */
    static final String DIRECTORY = "/build";

    /** Bubblewrap takes 9,000 arguments; an input has three, and this leaves room for environments and command lines. */
    static final int MOST_INPUTS = 2000;

    @Override
    public boolean isPrivate() {
        return true;
    }

    @Override
    public String directory(BuildRoom room) {
        return DIRECTORY;
    }

    @Override
    public Command command(Call call) throws IOException {
        if (call.inputs().size() > MOST_INPUTS) {
            if (larger != null) {
                return larger.command(call);
            }
            throw new BuildFailure(
                    BuildResult.Failure.REFUSED,
                    "the build needs " + call.inputs().size() + " store paths, and a sandbox of bubblewrap can show "
                            + MOST_INPUTS + "; install unshare (util-linux), which can show more, or build it with the"
                            + " sandbox off");
        }
        List<String> argv = Confinement.withUmask();
        argv.add(program.toString());
        isolate(argv, call.network());
        argv.add("--clearenv");
        call.environment().forEach((name, value) -> argv.addAll(List.of("--setenv", name, value)));
        argv.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        bind(argv, call.room().build(), DIRECTORY);
        bind(argv, call.room().temporary(), "/tmp");
        argv.addAll(List.of("--ro-bind", call.room().etc().toString(), "/etc"));
        visible.forEach((seen, real) -> argv.addAll(List.of("--ro-bind", real.toString(), seen)));
        bind(argv, call.room().outputs(), layout.storeDirectory());
        for (StorePath input : call.inputs()) {
            show(argv, input);
        }
        argv.addAll(List.of("--chdir", DIRECTORY, "--", call.program()));
        argv.addAll(call.arguments());
        return Command.of(argv).cleanEnv().in(call.room().build());
    }

    private static void isolate(List<String> argv, boolean network) {
        argv.addAll(List.of("--unshare-user", "--uid", Integer.toString(BuildRoom.USER)));
        argv.addAll(List.of("--gid", Integer.toString(BuildRoom.GROUP)));
        argv.addAll(List.of("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", "localhost"));
        argv.addAll(List.of("--unshare-cgroup-try", "--die-with-parent", "--new-session"));
        if (!network) {
            argv.add("--unshare-net");
        }
    }

    private static void bind(List<String> argv, Path real, String seen) {
        argv.addAll(List.of("--bind", real.toString(), seen));
    }

    /** A link cannot be mounted, so it is made again. */
    private void show(List<String> argv, StorePath input) throws IOException {
        Path real = layout.real(input);
        if (Files.isSymbolicLink(real)) {
            argv.addAll(List.of("--symlink", Files.readSymbolicLink(real).toString(), input.toString()));
        } else {
            argv.addAll(List.of("--ro-bind", real.toString(), input.toString()));
        }
    }
}
