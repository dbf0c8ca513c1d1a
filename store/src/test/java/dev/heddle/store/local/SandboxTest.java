package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.core.process.ProcessRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What isolated builders see, and what happens where there is no isolation. */
class SandboxTest {

    @TempDir
    Path dir;

    private BuildHouse house(Isolation isolation) throws IOException {
        return new BuildHouse(dir.resolve("house"), isolation, UnaryOperator.identity());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void builderSeesItsInputsAndLittleElse(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            StorePath far = house.store().addText("far", new byte[] {'x'}, List.of());
            StorePath near = house.store().addText("near", new byte[] {'y'}, List.of(far));
            StorePath other = house.store().addText("other", new byte[] {'z'}, List.of());
            house.made(house.shell(
                    "sees",
                    "id -u; id -g; pwd; hostname; echo $HOME; ls $NIX_STORE | sort; cat /etc/hosts; ls -A /build\n"
                            + "echo x >/tmp/x; echo x >/dev/null; test -e /proc/self/status; test -w /dev/shm\n"
                            + "test -e " + dir + "/house/var && echo seen; test -e /root && echo seen\n"
                            + "{ echo x >$near; } 2>/dev/null && echo changed; test -e " + other + " && echo seen\n"
                            + "grep -c : /proc/net/dev; cat /proc/net/route | grep -c -v Iface; echo x >$out",
                    Map.of("near", near.toString()),
                    List.of(near)));
            String store = List.of(far.baseName(), near.baseName()).stream()
                    .sorted()
                    .reduce((a, b) -> a + "\n" + b)
                    .get();
            assertThat(house.printed())
                    .isEqualTo("1000\n100\n/build\nlocalhost\n/homeless-shelter\n" + store
                            + "\n127.0.0.1 localhost\n::1 localhost\n1\n0\n");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void builderHasAShellThoughTheSettingsShowNothing(Isolation isolation) throws Exception {
        StoreLayout layout = StoreLayout.in(dir.resolve("house"));
        try (BuildHouse house = new BuildHouse(layout, isolation, chosen -> chosen.withSandboxPaths(Map.of()))) {
            house.made(house.shell("bare", "echo /bin/* >&2; echo x >$out"));
            assertThat(house.printed()).isEqualTo("/bin/sh\n");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void storeThatWasMovedIsBuiltInAsIfItWereInItsPlace(Isolation isolation) throws Exception {
        StoreLayout layout = StoreLayout.below(dir);
        try (BuildHouse house = new BuildHouse(layout, isolation, UnaryOperator.identity())) {
            StorePath out = house.made(house.shell("moved", "echo $out >$out")).get("out");
            assertThat(out.storeDirectory()).isEqualTo("/nix/store");
            assertThat(Files.readString(house.real(out))).isEqualTo(out + "\n");
        }
        try (BuildHouse house = new BuildHouse(layout, Isolation.NONE, UnaryOperator.identity())) {
            assertThat(house.failed(house.shell("still", "echo $out >$out"), BuildResult.Failure.REFUSED)
                            .message())
                    .contains("the files of the store /nix/store are in " + layout.real())
                    .contains("there is no sandbox");
        }
    }

    @Test
    void sandboxThatIsRequiredAndMissingIsToldWithItsReason() throws Exception {
        try (BuildHouse house = house(Isolation.NONE);
                ProcessRunner runner = ProcessRunner.builder().build()) {
            SandboxProbe none = new SandboxProbe(
                    runner, house.store().layout(), house.store().staging(), dir.toString());
            assertThat(none.choose(StoreSettings.SandboxMode.AUTO, new TreeMap<>())
                            .isPrivate())
                    .isFalse();
            assertThatThrownBy(() -> none.choose(StoreSettings.SandboxMode.REQUIRE, new TreeMap<>()))
                    .isInstanceOf(BuildFailure.class)
                    .hasMessageContaining(
                            "a sandbox is required, and none can be had: bubblewrap (bwrap) is not installed; unshare"
                                    + " (util-linux) is not installed");
            Path broken = Files.writeString(dir.resolve("bwrap"), "#!/bin/sh\necho no namespaces for you\nexit 1\n");
            broken.toFile().setExecutable(true);
            assertThatThrownBy(() -> none.choose(StoreSettings.SandboxMode.REQUIRE, new TreeMap<>()))
                    .hasMessageContaining("bubblewrap (bwrap) does not work here: no namespaces for you");
            Files.createSymbolicLink(dir.resolve("env"), Path.of("/usr/bin/env"));
            Files.move(broken, dir.resolve("unshare"));
            assertThatThrownBy(() -> none.choose(StoreSettings.SandboxMode.REQUIRE, new TreeMap<>()))
                    .hasMessageContaining("bubblewrap (bwrap) is not installed")
                    .hasMessageContaining("unshare (util-linux) does not work here: no namespaces for you");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void thousandsOfInputsAreSeen(Isolation isolation) throws Exception {
        int many = Bubblewrap.MOST_INPUTS + 500;
        try (BuildHouse house = house(isolation)) {
            List<StorePath> inputs = new ArrayList<>();
            try (AddBatch batch = house.store().batch()) {
                for (int i = 0; i < many; i++) {
                    byte[] content = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                    inputs.add(batch.addText("input", content, List.of()));
                }
                batch.commit();
            }
            StorePath out = house.made(house.shell("many", "cat $NIX_STORE/*-input | wc -c >$out", Map.of(), inputs))
                    .get("out");
            int bytes = IntStream.range(0, many)
                    .map(i -> Integer.toString(i).length())
                    .sum();
            assertThat(Files.readString(house.real(out))).isEqualTo(bytes + "\n");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void builderHasNoRightsAndNothingToWriteButItsDirectories(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            house.made(house.shell(
                    "rights",
                    "umask; sed -n 's/^CapEff:[^0-9a-f]*//p' /proc/self/status\n"
                            + "for dir in /etc /usr /proc/sys/kernel; do touch $dir/new 2>/dev/null && echo $dir; done\n"
                            + "mount -t tmpfs none /tmp 2>/dev/null && echo mounted\n"
                            + "test -e /proc/1/root/root && echo outside\n"
                            + "tr '\\000' '\\n' </proc/$$/environ | grep -c a-b=1; echo x >$out",
                    Map.of("a-b", "1"),
                    List.of()));
            assertThat(house.printed()).isEqualTo("0022\n0000000000000000\n1\n");
        }
    }

    private static Derivation fixed(BuildHouse house, ContentMethod method, Digest hash, String script) {
        StorePath out = StorePath.ofFixed(method, hash, house.store().storeDirectory(), "fixed");
        SortedMap<String, Derivation.Output> outputs = new TreeMap<>();
        outputs.put("out", new Derivation.Output.Fixed(out, method, hash));
        return new Derivation(
                outputs,
                new TreeMap<>(),
                new TreeSet<>(),
                "x86_64-linux",
                "/bin/sh",
                List.of("-c", BuildHouse.PROGRAMS + script),
                new TreeMap<>(Map.of("name", "fixed", "out", out.toString())));
    }

    @ParameterizedTest
    @EnumSource
    void fixedOutputsAreWhatWasPromisedOrToldInBothForms(Isolation isolation) throws Exception {
        Digest hash = Digest.ofContent(Digest.Algorithm.SHA256, "hi\n".getBytes(StandardCharsets.UTF_8));
        try (BuildHouse house = house(isolation)) {
            Derivation wrong = fixed(house, ContentMethod.FLAT, hash, "echo ho >$out");
            BuildResult.Failed failed = house.failed(wrong, BuildResult.Failure.HASH_MISMATCH);
            Digest got = Digest.ofContent(Digest.Algorithm.SHA256, "ho\n".getBytes(StandardCharsets.UTF_8));
            assertThat(failed.exitCode()).isEqualTo(102);
            assertThat(failed.message())
                    .isEqualTo("hash mismatch in fixed-output derivation '" + house.path(wrong) + "':\n  specified: "
                            + hash.sri() + " (" + hash + ")\n  got:       " + got.sri() + " (" + got + ")");
            for (String script : List.of("mkdir $out", "echo hi >$out; chmod +x $out")) {
                Derivation form = fixed(house, ContentMethod.FLAT, hash, script);
                assertThat(house.failed(form, BuildResult.Failure.OUTPUT_REJECTED)
                                .message())
                        .contains("should be a non-executable regular file");
            }
            Derivation right = fixed(house, ContentMethod.FLAT, hash, "echo hi >$out");
            StorePath out = house.made(right).get("out");
            assertThat(house.store().queryPathInfo(out).orElseThrow().contentAddress())
                    .hasToString("fixed:" + hash);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void onlyFixedOutputsHaveTheNetworkOfTheMachine(Isolation isolation) throws Exception {
        Digest hash = Digest.ofContent(Digest.Algorithm.SHA256, "hi\n".getBytes(StandardCharsets.UTF_8));
        try (BuildHouse house = house(isolation)) {
            house.made(fixed(house, ContentMethod.FLAT, hash, "readlink /proc/self/ns/net; echo hi >$out"));
            String fixed = house.printed();
            house.made(house.shell("plain", "readlink /proc/self/ns/net; echo hi >$out"));
            String own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")) + "\n";
            assertThat(fixed).isEqualTo(own);
            assertThat(house.printed().substring(fixed.length()))
                    .startsWith("net:[")
                    .isNotEqualTo(own);
        }
    }

    @ParameterizedTest
    @EnumSource
    void inputsAreBuiltFirstAndOnce(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            LocalStore store = house.store();
            Derivation low = house.shell("low", "echo low; echo low >$out");
            StorePath lowPath = store.addDerivation("low", low);
            StorePath left = middle(house, "left", Map.of(lowPath, low));
            StorePath right = middle(house, "right", Map.of(lowPath, low));
            StorePath top =
                    middle(house, "top", Map.of(left, store.readDerivation(left), right, store.readDerivation(right)));
            BuildResult result = store.build(top, Mode.NORMAL, house.port());
            assertThat(result).as(result.summary()).isInstanceOf(BuildResult.Built.class);
            assertThat(house.printed().lines().toList())
                    .hasSize(4)
                    .startsWith("low")
                    .endsWith("top")
                    .contains("left", "right");
            assertThat(store.build(top, Mode.NORMAL, house.port())).isInstanceOf(BuildResult.AlreadyValid.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void failureOfAnInputIsTheResult(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            LocalStore store = house.store();
            Derivation low = house.shell("low", "exit 7");
            StorePath lowPath = store.addDerivation("low", low);
            StorePath top = middle(house, "top", Map.of(lowPath, low));
            BuildResult result = store.build(top, Mode.NORMAL, house.port());
            assertThat(result.derivation()).isEqualTo(lowPath);
            assertThat(result.exitCode()).isEqualTo(100);
            assertThat(house.printed()).isEmpty();
            assertThat(house.failed(store.readDerivation(top), BuildResult.Failure.INPUT_MISSING)
                            .message())
                    .contains("needs 1 paths that are not valid: "
                            + low.output("out").knownPath().orElseThrow());
        }
    }

    private static StorePath middle(BuildHouse house, String name, Map<StorePath, Derivation> inputs)
            throws IOException {
        Derivation blank = house.shell(name, "echo " + name + "; cat $inputs >/dev/null; echo $inputs >$out");
        return house.store().addDerivation(name, house.needing(blank, inputs));
    }
}
