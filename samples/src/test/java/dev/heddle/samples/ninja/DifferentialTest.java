package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds this front end against ninja itself on random projects: the same commands run, the same files come out. */
@Tag("peer")
class DifferentialTest {

    private static final int PROJECTS = Integer.getInteger("heddle.ninja.projects", 12);
    private static final int ROUNDS = 7;

    @TempDir
    Path temporary;

    @BeforeAll
    static void ninja() {
        Peer.requireNinja();
    }

    @Test
    void theSameCommandsRunAndTheSameFilesComeOut() throws Exception {
        int commands = 0;
        long first = Long.getLong("heddle.ninja.seed", 1);
        for (long seed = first; seed < first + PROJECTS; seed++) {
            Path peer = Files.createDirectory(temporary.resolve("ninja" + seed));
            Path own = Files.createDirectory(temporary.resolve("heddle" + seed));
            RandomProject project = new RandomProject(seed, List.of(peer, own));
            List<String> history = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                String where = "seed " + seed + ", round " + round + ", after " + history + "\n" + project;
                Peer.Said said = Peer.ninja(peer, "-k0", "-j3");
                Peer.Said ours = Peer.heddle(own, options -> options.keepGoing = 0);
                String both = where + "\nninja said: " + said + "\nheddle said: " + ours;
                List<String> ran = project.ran(peer);
                assertThat(project.ran(own)).as(both).isEqualTo(ran);
                commands += ran.size();
                assertThat(ours.exitCode() == 0).as(both).isEqualTo(said.exitCode() == 0);
                assertThat(project.outputs(own)).as(both).isEqualTo(project.outputs(peer));
                for (Path directory : List.of(peer, own)) {
                    assertThat(Peer.heddleWouldRun(directory)).as(both).isEqualTo(Peer.ninjaWouldRun(directory));
                }
                for (int changes = round % 3; changes >= 0; changes--) {
                    history.add(project.change());
                }
            }
        }
        assertThat(commands).isGreaterThan(PROJECTS * 4);
    }

    @Test
    void takingTurnsInOneDirectoryNeitherRepeatsNorForgets() throws Exception {
        long first = Long.getLong("heddle.ninja.seed", 1000);
        for (long seed = first; seed < first + PROJECTS; seed++) {
            Path peer = Files.createDirectory(temporary.resolve("peer" + seed));
            Path turns = Files.createDirectory(temporary.resolve("turns" + seed));
            RandomProject project = new RandomProject(seed, List.of(peer, turns));
            for (int round = 0; round < ROUNDS; round++) {
                Peer.Said said = Peer.ninja(peer, "-k0");
                // A newer ninja reads no log that is older than its own: there it has to begin.
                boolean own = (round + (Peer.isNewer() ? 0 : seed)) % 2 == 1;
                Peer.Said ours = own ? Peer.heddle(turns, options -> options.keepGoing = 0) : Peer.ninja(turns, "-k0");
                String where = "seed " + seed + ", round " + round + "\n" + project + said + ours;
                assertThat(project.ran(turns)).as(where).isEqualTo(project.ran(peer));
                assertThat(project.outputs(turns)).as(where).isEqualTo(project.outputs(peer));
                project.change();
                project.change();
            }
        }
    }
}
