package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.samples.ninja.Manifest.Section;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestParserTest {

    /** Something of everything the language has. */
    static final String GOLDEN = """
            # a comment
            ninja_required_version = 1.5
            builddir = out
            cflags = -O2 $
                -Wall
            pool link
              depth = 2
            rule cc
              command = cc $cflags -c $in -o $out
              description = CC ${out}
              depfile = $out.d
              deps = gcc
            rule ld
              command = ld @$out.rsp
              rspfile = $out.rsp
              rspfile_content = $in_newline
              pool = link
              restat = 1
            rule gen
              command = gen
              generator = 1
              dyndep = $dd
            build out/a.o | out/a.lst: cc a.c | a.h || dir |@ check
              cflags = -O0
            build out/b$ c.o: cc b$ c.c
            build prog: ld out/a.o out/b$ c.o
              pool = console
            build dir: phony
            build check: gen x.dd
              dd = x.dd
            build ./x/../y//z$:: phony ../w/ /abs/. $$
            default prog y/z:
            """;

    @TempDir
    Path directory;

    private static List<String> names(Manifest manifest, int edge, Section section) {
        List<String> names = new ArrayList<>();
        for (int i = manifest.start(edge, section); i < manifest.end(edge, section); i++) {
            names.add(manifest.name(manifest.nodes.get(i)));
        }
        return names;
    }

    private static String command(Manifest manifest, String output) throws NinjaException {
        return new Evaluator(manifest).quoted(manifest.producer(manifest.paths.find(output)), Manifest.COMMAND);
    }

    @Test
    void everySectionOfAnEdgeIsRead() throws Exception {
        Manifest manifest = Manifests.parse(directory, GOLDEN.replace("default prog y/z:", "default prog y/z$:"));
        assertThat(names(manifest, 0, Section.OUT)).containsExactly("out/a.o");
        assertThat(names(manifest, 0, Section.IMPLICIT_OUT)).containsExactly("out/a.lst");
        assertThat(names(manifest, 0, Section.IN)).containsExactly("a.c");
        assertThat(names(manifest, 0, Section.IMPLICIT_IN)).containsExactly("a.h");
        assertThat(names(manifest, 0, Section.ORDER_ONLY)).containsExactly("dir");
        assertThat(names(manifest, 0, Section.VALIDATION)).containsExactly("check");
        assertThat(names(manifest, 1, Section.OUT)).containsExactly("out/b c.o");
        assertThat(names(manifest, 5, Section.OUT)).containsExactly("y/z:");
        assertThat(names(manifest, 5, Section.IN)).containsExactly("../w", "/abs", "$");
        assertThat(manifest.rootVariable(Manifest.BUILDDIR)).isEqualTo("out");
        assertThat(manifest.defaultNodes()).hasSize(2);
        assertThat(manifest.edgePool.get(2)).isEqualTo(Manifest.CONSOLE_POOL);
        assertThat(manifest.edgeDyndep.get(4)).isEqualTo(manifest.paths.find("x.dd"));
    }

    @Test
    void commandsSeeTheEdgesBindingsThenTheRulesThenTheFiles() throws Exception {
        Manifest manifest = Manifests.parse(directory, GOLDEN.replace("default prog y/z:", "default prog y/z$:"));
        assertThat(command(manifest, "out/a.o")).isEqualTo("cc -O0 -c a.c -o out/a.o");
        assertThat(command(manifest, "out/b c.o")).isEqualTo("cc -O2 -Wall -c 'b c.c' -o 'out/b c.o'");
        assertThat(new Evaluator(manifest).quoted(2, Manifest.RSPFILE_CONTENT)).isEqualTo("out/a.o\n'out/b c.o'");
        assertThat(new Evaluator(manifest).plain(1, Manifest.DEPFILE)).isEqualTo("out/b c.o.d");
    }

    @Test
    void aFilesVariableGoesBeforeTheRulesOneOnlyForAnEdgeWithoutBindings() throws Exception {
        Manifest manifest = Manifests.parse(directory, """
                description = file
                rule r
                  command = x
                  description = rule
                build a: r
                build b: r
                  z = 1
                """);
        Evaluator evaluator = new Evaluator(manifest);
        assertThat(evaluator.quoted(0, Manifest.DESCRIPTION)).isEqualTo("file");
        assertThat(evaluator.quoted(1, Manifest.DESCRIPTION)).isEqualTo("rule");
    }

    @Test
    void aSubninjaSeesWhatIsAroundItAndKeepsItsOwn() throws Exception {
        Files.writeString(
                directory.resolve("sub.ninja"), "x = inner\nrule own\n  command = $x\nbuild s: r\nbuild t: own\n");
        Files.writeString(directory.resolve("inc.ninja"), "y = included\n");
        Manifest manifest = Manifests.parse(directory, """
                x = outer
                rule r
                  command = $x $y
                subninja sub.ninja
                include inc.ninja
                build m: r
                """);
        assertThat(command(manifest, "s")).isEqualTo("inner included");
        assertThat(command(manifest, "t")).isEqualTo("inner");
        assertThat(command(manifest, "m")).isEqualTo("outer included");
        assertThat(manifest.files).containsExactly("build.ninja", "sub.ninja", "inc.ninja");
        assertThat(Manifests.error(directory, "rule r\n  command = x\nsubninja sub.ninja\nbuild q: own\n"))
                .contains("build.ninja:4:10: unknown build rule 'own'");
    }

    @Test
    void windowsLineEndsAreLineEnds() throws Exception {
        Manifest manifest =
                Manifests.parse(directory, "a = 1 $\r\n   2\r\nrule r\r\n  command = $a\r\nbuild o: r i\r\n");
        assertThat(command(manifest, "o")).isEqualTo("1 2");
    }

    @Test
    void bytesThatAreNoTextPassThrough() throws Exception {
        byte[] name = {'a', (byte) 0xff, (byte) 0x80};
        byte[] text = ("rule r\n  command = make " + Raw.of(name) + "\nbuild " + Raw.of(name) + ": r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        Files.write(directory.resolve("build.ninja"), text);
        Manifest manifest = ManifestParser.parse(new Disk(directory), "build.ninja", warning -> {}, false);
        assertThat(Raw.bytes(manifest.name(0))).isEqualTo(name);
        assertThat(Raw.bytes(command(manifest, Raw.of(name)))).endsWith(name);
    }

    @Test
    void errorsNameThePlace() throws Exception {
        String rule = "rule r\n  command = x\n";
        assertThat(Manifests.error(directory, rule + "build a: nope b\n"))
                .isEqualTo("build.ninja:3:10: unknown build rule 'nope'; rules are defined before they are used\n"
                        + "build a: nope b\n         ^");
        assertThat(Manifests.error(directory, rule + "build a: r\nbuild b a: r\n"))
                .startsWith("build.ninja:4:9: multiple rules generate a");
        assertThat(Manifests.error(directory, "x = $y $(z)\n")).startsWith("build.ninja:1:8: bad $-escape");
        assertThat(Manifests.error(directory, "rule r\n\tcommand = x\n"))
                .startsWith("build.ninja:2:1: tabs are not allowed, use spaces");
        assertThat(Manifests.error(directory, "rule r\n  command = x\n  foo = 1\n"))
                .startsWith("build.ninja:3:3: unexpected variable 'foo'");
        assertThat(Manifests.error(directory, "rule r\n")).contains("expected 'command =' line");
        assertThat(Manifests.error(directory, rule + rule)).contains("3:6: duplicate rule 'r'");
        assertThat(Manifests.error(directory, "pool p\n  depth = x\n"))
                .startsWith("build.ninja:2:11: invalid pool depth 'x'; it is a number");
        assertThat(Manifests.error(directory, "pool p\n  depth = -1\n")).contains("invalid pool depth");
        assertThat(Manifests.error(directory, "pool p\n")).contains("expected 'depth =' line");
        assertThat(Manifests.error(directory, rule + "build a: r\n  pool = p\n"))
                .startsWith("build.ninja:3:7: unknown pool name 'p'");
        assertThat(Manifests.error(directory, "default nothing\n"))
                .startsWith("build.ninja:1:9: unknown target 'nothing'");
        assertThat(Manifests.error(directory, "include gone.ninja\n"))
                .startsWith("build.ninja:1:9: loading 'gone.ninja': No such file or directory");
        assertThat(Manifests.error(directory, "include build.ninja\n")).contains("does 'build.ninja' include itself?");
        assertThat(Manifests.error(directory, "a = 1")).startsWith("build.ninja:1:6: unexpected end of file");
        assertThat(Manifests.error(directory, "build a: phony | b || c | d\n")).contains("expected newline, got '|'");
        assertThat(Manifests.error(directory, "build\n")).startsWith("build.ninja:1:6: expected path");
        assertThat(Manifests.error(directory, "build a\n")).contains("expected ':', got newline");
        assertThat(Manifests.error(directory, "build $nothing: phony\n")).startsWith("build.ninja:1:7: empty path");
        assertThat(Manifests.error(directory, "a = \0\n")).startsWith("build.ninja:1:5: a NUL byte");
        assertThat(Manifests.error(directory, "? = 1\n")).startsWith("build.ninja:1:1: unexpected '?'");
        assertThat(Manifests.error(directory, "  a = 1\n")).contains("unexpected indent");
        assertThat(Manifests.error(directory, "ninja_required_version = 2.0\n"))
                .startsWith("build.ninja:1:26: this manifest needs version 2.0");
        assertThat(Manifests.error(directory, rule + "build a: r\n  dyndep = dd\n"))
                .contains("dyndep 'dd' is not an input");
        assertThat(Manifests.error(directory, "rule r\n  command = x\n  rspfile = y\n"))
                .contains("rspfile and rspfile_content need to be both specified");
    }

    @Test
    void missingAndUnreadableManifestsAreNamed() {
        assertThatThrownBy(() -> ManifestParser.parse(new Disk(directory), "no.ninja", warning -> {}, false))
                .isInstanceOf(NinjaException.class)
                .hasMessageStartingWith("loading 'no.ninja': No such file or directory");
        assertThatThrownBy(() -> ManifestParser.parse(new Disk(directory), ".", warning -> {}, false))
                .hasMessageStartingWith("loading '.': Is a directory");
    }

    @Test
    void aVariableOfARuleThatNeedsItselfIsNamedWhenItIsEvaluated() throws Exception {
        Manifest manifest =
                Manifests.parse(directory, "rule r\n  command = $depfile\n  depfile = $command\nbuild a: r\n");
        assertThatThrownBy(() -> command(manifest, "a"))
                .hasMessageStartingWith("build.ninja:4:7: cycle in rule variables: command -> depfile -> command\n");
    }

    @Test
    void aPhonyEdgeThatNamesItselfIsMended() throws Exception {
        List<String> warnings = new ArrayList<>();
        Manifest manifest = Manifests.parse(directory, "build a: phony b a c || a\n", warnings);
        assertThat(names(manifest, 0, Section.IN)).containsExactly("b", "c");
        assertThat(names(manifest, 0, Section.ORDER_ONLY)).isEmpty();
        assertThat(warnings)
                .containsExactly("phony target 'a' names itself as an input; ignoring [-w phonycycle=warn]");
    }

    @Test
    void anEndlessLineEndsInAnErrorAndNotInAnExhaustedHeap() throws Exception {
        Path file = directory.resolve("build.ninja");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("a = 1\nb = ".getBytes(StandardCharsets.UTF_8));
            byte[] block = new byte[1 << 20];
            Arrays.fill(block, (byte) 'x');
            for (int i = 0; i <= ManifestText.LONGEST_LINE >> 20; i++) {
                out.write(block);
            }
        }
        assertThatThrownBy(() -> ManifestParser.parse(new Disk(directory), "build.ninja", warning -> {}, false))
                .isInstanceOf(NinjaException.class)
                .hasMessage("build.ninja:2:67108865: the line is longer than 64 MiB");
    }

    @Test
    void everyTruncationIsReadOrRefusedWithAPlace() throws Exception {
        byte[] golden = GOLDEN.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < golden.length; length++) {
            parseHostile(Arrays.copyOf(golden, length));
        }
    }

    @Test
    void mutatedManifestsAreReadOrRefusedWithAPlace() throws Exception {
        byte[] golden = GOLDEN.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(7);
        for (int i = 0; i < 4000 * Integer.getInteger("heddle.fuzz", 1); i++) {
            parseHostile(Manifests.mutated(golden, random));
        }
    }

    private void parseHostile(byte[] bytes) throws IOException {
        Files.write(directory.resolve("build.ninja"), bytes);
        try {
            Manifest manifest = ManifestParser.parse(new Disk(directory), "build.ninja", warning -> {}, false);
            Evaluator evaluator = new Evaluator(manifest);
            for (int edge = 0; edge < manifest.edgeCount(); edge++) {
                evaluator.commandHash(edge, CommandHash.MURMUR);
            }
            manifest.defaultNodes();
        } catch (NinjaException e) {
            assertThat(e.getMessage()).isNotEmpty();
            assertThat(e.exitCode()).isEqualTo(2);
        }
    }
}
