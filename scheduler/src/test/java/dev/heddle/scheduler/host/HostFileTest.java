package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostFileTest {

    private static final String SAMPLE = """
            # the farm
            STARTUP=/usr/local/libexec/mount-all   # before any work

            localhost
            pbuild@beta jobs=4 arch=i386 memory=150 sf=10 timeout=30
            \tgamma.example.org\tmem=2G  property.disk=fast property.rack=b\u00fcro#glued
            slurm:batch jobs=64 mode=batch time=90 qos=high spool=/scratch/me
            ssh:localhost
            me@[fe80::1%eth0]
            """;

    private static HostFile parse(String text) {
        return HostFile.parse("hosts", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining(message);
    }

    @Test
    void everyKeyOfALineIsRead() {
        HostFile file = parse(SAMPLE);
        assertThat(file.startup()).contains("/usr/local/libexec/mount-all");
        assertThat(file.hosts())
                .containsExactly(
                        new HostEntry(
                                "localhost", "local", null, "localhost", null, null, 0, 0, null, Map.of(), Map.of(), 4),
                        new HostEntry(
                                "pbuild@beta",
                                "ssh",
                                "pbuild",
                                "beta",
                                4,
                                "i386",
                                150 << 10,
                                10,
                                Duration.ofSeconds(30),
                                Map.of(),
                                Map.of(),
                                5),
                        new HostEntry(
                                "gamma.example.org",
                                "ssh",
                                null,
                                "gamma.example.org",
                                null,
                                null,
                                2L << 30,
                                0,
                                null,
                                Map.of("disk", "fast", "rack", "b\u00fcro"),
                                Map.of(),
                                6),
                        new HostEntry(
                                "slurm:batch",
                                "slurm",
                                null,
                                "batch",
                                64,
                                null,
                                0,
                                0,
                                null,
                                Map.of(),
                                Map.of("mode", "batch", "time", "90", "qos", "high", "spool", "/scratch/me"),
                                7),
                        new HostEntry(
                                "ssh:localhost",
                                "ssh",
                                null,
                                "localhost",
                                null,
                                null,
                                0,
                                0,
                                null,
                                Map.of(),
                                Map.of(),
                                8),
                        new HostEntry(
                                "me@[fe80::1%eth0]",
                                "ssh", "me", "[fe80::1%eth0]", null, null, 0, 0, null, Map.of(), Map.of(), 9));
    }

    @Test
    void theFileOfTheManualIsRead() throws IOException {
        String page = Files.readString(Path.of("docs/hosts.md"));
        int from = page.indexOf("```hosts\n") + "```hosts\n".length();
        HostFile file = parse(page.substring(from, page.indexOf("```", from)));
        assertThat(file.startup()).contains("/usr/local/libexec/mount-sources");
        assertThat(file.hosts())
                .extracting(HostEntry::text)
                .containsExactly(
                        "localhost jobs=2",
                        "beta jobs=8",
                        "pbuild@gamma.example.org arch=i386 memory=524288 timeout=30",
                        "delta sf=10 property.disk=fast");
    }

    @Test
    void anEntryWrittenOutIsReadBackAsTheSame() {
        for (HostEntry entry : parse(SAMPLE).hosts()) {
            assertThat(HostEntry.parse(entry.text()).sameAs(entry)).isTrue();
        }
    }

    @Test
    void amountsAndFetchesOfALineAreWhatItsHostOffers() {
        HostEntry entry = HostEntry.parse("beta jobs=4 fetches=7 amount.gpu=2 amount.license=999999999999");
        HostSpec spec = entry.spec();
        assertThat(spec.unslotted()).isEqualTo(7);
        assertThat(spec.amounts()).isEqualTo(Map.of("gpu", 2L, "license", 999_999_999_999L));
        assertThat(spec.amount("gpu")).isEqualTo(2);
        assertThat(spec.amount("fpga")).isZero();
        assertThat(HostEntry.parse(entry.text()).sameAs(entry)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            beta amount.gpu=0         | host:1:17: amount.gpu must be a whole number from 1 to 999999999999, not '0'
            beta amount.gpu=two       | host:1:17: amount.gpu must be a whole number
            beta amount.memory=2      | host:1:6: 'memory' has a key of its own
            beta amount.=2            | host:1:13: '' is no name of a resource
            beta amount.g=1 amount.g=1 | host:1:17: 'amount.g' is given twice, first in column 6
            beta fetches=0            | host:1:14: fetches must be a number from 1 to 65536
            beta gpu=2                | host:1:6: unknown key 'gpu'
            """)
    void aBadAmountIsToldWithItsPlace(String line, String message) {
        assertThatThrownBy(() -> HostEntry.parse(line))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatALineSaysIsWhatItsHostOffers() {
        HostSpec spec = HostEntry.parse("beta jobs=4 arch=i386 memory=3M sf=7 property.disk=fast")
                .spec();
        assertThat(spec).isEqualTo(new HostSpec("beta", 4, 32, 3 << 20, Map.of("arch", "i386", "disk", "fast"), 7));
        assertThat(HostEntry.parse("beta").spec().slots()).isEqualTo(HostSpec.MAX_SLOTS);
        assertThat(HostEntry.parse("beta").answerTime()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void anEmptyFileAndOneOfCommentsNameNoHost() {
        assertThat(parse("").hosts()).isEmpty();
        assertThat(parse("\n  # nothing\n\t\n#").hosts()).isEmpty();
    }

    @Test
    void linesMayEndAsOnWindows() {
        assertThat(parse("alpha jobs=2\r\nbeta\r\n").hosts())
                .extracting(HostEntry::name)
                .containsExactly("alpha", "beta");
        refused("alpha\rbeta\n", "hosts:1:6: a control character, 0x0d");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "alpha job=4 | hosts:1:7: unknown key 'job'; did you mean 'jobs'?; the keys are jobs, arch",
                "alpha colour=red | hosts:1:7: unknown key 'colour'; the keys are",
                "alpha jobs | hosts:1:7: 'jobs' is not KEY=VALUE",
                "alpha jobs= | hosts:1:12: 'jobs=' has no value",
                "alpha jobs=0 | hosts:1:12: jobs must be a number from 1 to 65536, not '0'",
                "alpha jobs=65537 | hosts:1:12: jobs must be a number from 1 to 65536",
                "alpha jobs=-1 | hosts:1:12: jobs must be a number",
                "alpha jobs=\u0664 | hosts:1:12: jobs must be a number",
                "alpha jobs=4.5 | hosts:1:12: jobs must be a number",
                "alpha jobs=99999999999999999999 | hosts:1:12: jobs must be a number",
                "alpha sf=51 | hosts:1:10: sf must be a number from 1 to 50, not '51'",
                "alpha timeout=86401 | hosts:1:15: timeout must be a number from 1 to 86400",
                "alpha memory=12T | hosts:1:14: '12T' is no amount of memory up to 1048576G; write kilobytes",
                "alpha memory=K | hosts:1:14: 'K' is no amount of memory",
                "alpha memory=1048577G | hosts:1:14: '1048577G' is no amount of memory",
                "alpha memory=1 mem=2 | hosts:1:16: 'mem' is given twice, first in column 7; keep one",
                "alpha jobs=1 jobs=1 | hosts:1:14: 'jobs' is given twice",
                "alpha property.=1 | hosts:1:16: '' is no name of a property",
                "alpha property.a/b=1 | hosts:1:16: 'a/b' is no name of a property",
                "alpha property.arch=i386 | hosts:1:7: 'arch' has a key of its own; write arch=i386",
                "alpha arch=a/b | hosts:1:12: 'a/b' is no name of a machine architecture",
                "jobs=4 | hosts:1:1: a line begins with the name of a host, not with 'jobs='; as in",
                "STARTU=/x | hosts:1:1: a line begins with the name of a host, not with 'STARTU='; did you mean 'STARTUP'?",
                "STARTUP= | hosts:1:9: STARTUP names no program",
                "STARTUP=bin/x | hosts:1:9: 'bin/x' is not an absolute path; every host runs it",
                "STARTUP=/bin/x -v | hosts:1:16: STARTUP takes one path",
                "-oProxyCommand=x | hosts:1:1: a line begins with the name of a host",
                "-l | hosts:1:1: '-l' is no name of a host",
                "me@-l | hosts:1:4: '-l' is no name of a host",
                "-l@beta | hosts:1:1: '-l' is no name of a user",
                "@beta | hosts:1:1: '' is no name of a user",
                "beta/../x | hosts:1:1: 'beta/../x' is no name of a host",
                "be$(ta) | hosts:1:1: 'be$(ta)' is no name of a host",
                "SSH:beta | hosts:1:1: 'SSH' is no name of a kind of host",
                "ssh: | hosts:1:5: '' is no name of a host",
                "slurm:build | hosts:1:1: a host of Slurm must say how many jobs it takes at once; as in jobs=8",
                "slurm:me@build jobs=1 | hosts:1:1: 'slurm:me@build' names no partition of Slurm; as in 'slurm:build'",
                "slurm:build jobs=1 mode=both | hosts:1:25: mode must be 'batch' or 'allocation', not 'both'",
                "slurm:build jobs=1 time=1:00 | hosts:1:25: time must be minutes, from 1 to 525600, not '1:00'",
                "slurm:build jobs=1 time=525601 | hosts:1:25: time must be minutes, from 1 to 525600",
                "slurm:build jobs=1 qos=-x | hosts:1:24: qos must be letters, digits, '_', '.', '+' and '-', not '-x'",
                "slurm:build jobs=1 spool=here | hosts:1:26: spool must be the absolute path of a directory",
                "slurm:build jobs=1 mod=batch | hosts:1:20: unknown key 'mod'; did you mean 'mode'?",
                "alpha mode=batch | hosts:1:7: unknown key 'mode'",
            })
    void aBadLineIsToldWithItsPlaceAndWhatToDo(String line, String message) {
        refused(line, message);
        refused("gamma\n" + line + "\n", message.replace("hosts:1:", "hosts:2:"));
    }

    @Test
    void aHostOrAStartUpProgramGivenTwiceIsAnError() {
        refused(
                "alpha\nbeta\nalpha jobs=2\n",
                "hosts:3:1: host 'alpha' is given a second time; the first is in line 1");
        refused("STARTUP=/a\nSTARTUP=/b\n", "hosts:2:1: STARTUP is given a second time; the first is in line 1");
    }

    @Test
    void controlCharactersAreErrorsInCommentsToo() {
        refused("alpha # \u0000\n", "hosts:1:9: a control character, 0x00");
        refused("al\u001bpha\n", "hosts:1:3: a control character, 0x1b");
        assertThatThrownBy(() -> HostFile.parse("hosts", new byte[] {'a', ' ', 'b', (byte) 0xc3, '\n'}))
                .hasMessageStartingWith("hosts:1:3: not UTF-8");
    }

    @Test
    void linesAndFilesAndTheirPartsAreBounded(@TempDir Path directory) throws IOException {
        String comment = "#" + "x".repeat(HostFile.MAX_LINE - 1);
        assertThat(parse(comment + "\nalpha").hosts()).hasSize(1);
        refused(comment + "x", "hosts:1:4097: the line has more than 4096 bytes");

        StringBuilder many = new StringBuilder();
        for (int i = 0; i < HostFile.MAX_HOSTS; i++) {
            many.append("host").append(i).append('\n');
        }
        assertThat(parse(many.toString()).hosts()).hasSize(HostFile.MAX_HOSTS);
        refused(many + "onemore", "hosts:10001:1: more than 10000 hosts");

        StringBuilder properties = new StringBuilder("alpha");
        for (int i = 0; i <= HostFile.MAX_PROPERTIES; i++) {
            properties.append(" property.p").append(i).append("=x");
        }
        refused(properties.toString(), "more than 64 properties");
        refused("alpha property.a=" + "v".repeat(257), "the value has more than 256 characters");

        Path large = Files.write(
                directory.resolve("large"), "#\n".repeat(HostFile.MAX_BYTES).getBytes());
        assertThatThrownBy(() -> HostFile.read(large))
                .hasMessage(large + ":1:1: the file has more than 1048576 bytes; is it a hosts file?");
    }

    @Test
    void ofALongWordOnlyTheBeginningIsShown() {
        assertThatThrownBy(() -> parse("x".repeat(4_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void everyTruncationIsReadOrToldWithItsPlace() {
        byte[] whole = SAMPLE.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= whole.length; length++) {
            readOrRefused(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void mutationsAreReadOrToldWithTheirPlace() {
        byte[] whole = SAMPLE.getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] changed = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            refused += readOrRefused(changed) ? 0 : 1;
        }
        assertThat(refused).isBetween(1_000, 19_999);
    }

    private static boolean readOrRefused(byte[] text) {
        try {
            List<HostEntry> hosts = HostFile.parse("hosts", text).hosts();
            assertThat(hosts).hasSizeLessThan(20);
            for (HostEntry entry : hosts) {
                assertThat(entry.host()).doesNotStartWith("-").doesNotContain("/");
                assertThat(entry.spec().slots()).isPositive();
            }
            return true;
        } catch (HostFileException e) {
            assertThat(e.place()).matches("hosts:\\d+:\\d+");
            return false;
        }
    }
}
