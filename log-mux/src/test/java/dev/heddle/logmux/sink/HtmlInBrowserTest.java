package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.Journal;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.LineRules;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reports in a real browser: what is shown, and that nothing but the page's own code ever runs.
 *
 * <p>{@code -Dheddle.report.bytes=200000000} makes the large build ten times as large, as the nightly checks do;
 * {@code -Dheddle.report.pictures=FOLDER} keeps pictures of the pages.
 */
@Tag("peer")
@Timeout(180)
final class HtmlInBrowserTest {

    private static final long BYTES = Long.getLong("heddle.report.bytes", 20_000_000);
    private static final int TASKS = Integer.getInteger("heddle.report.tasks", 5000);
    private static final String READY = "document.body && document.body.dataset.ready";

    @TempDir
    static Path folder;

    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Chromium.isThere(), "no chromium on the PATH");
        browser = Chromium.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    private static void open(Path page, String place) throws Exception {
        browser.open("about:blank");
        browser.open(page.toUri() + place);
        browser.await("location.protocol === 'file:' && " + READY);
    }

    private static Path reported(String name, Path journal) throws Exception {
        Path page = folder.resolve(name + ".html");
        try (JournalReader reader = Journal.open(journal)) {
            reader.replay(GroupingStrategy.task(), Sinks.html(page), LineRules.common());
        }
        return page;
    }

    private static void assertQuiet(Path page) {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .allMatch(address -> address.startsWith("file:")
                        && address.contains(page.getFileName().toString()));
    }

    private static String text(String selector) throws Exception {
        return String.valueOf(browser.value(
                "[...document.querySelectorAll('" + selector + "')].map(e => e.textContent).join('\\n')"));
    }

    @Test
    void aLargeBuildOpensAtOnceFindsAWordAndShowsTheLastLineOfTheLastTask() throws Exception {
        Path journal = folder.resolve("large.hlog");
        HtmlBuilds.large(journal, TASKS, BYTES);
        long began = System.nanoTime();
        Path page = folder.resolve("large.html");
        ReportProcess.write(journal, page, "task");
        long written = System.nanoTime();
        long opening = Long.MAX_VALUE;
        // The best of three, since others may be at work on the same machine.
        for (int i = 0; i < 3; i++) {
            long before = System.nanoTime();
            open(page, "");
            browser.await("document.querySelectorAll('#list .task').length > 5");
            opening = Math.min(opening, System.nanoTime() - before);
        }
        long opened = System.nanoTime();
        int last = TASKS - 1;
        browser.value("location.hash = '#" + "lib%2Fpart" + last + ".o/999999'");
        browser.await("[...document.querySelectorAll('.line .text')].some(e => e.textContent === 'last line of task "
                + last + "')");
        long shown = System.nanoTime();
        browser.value("location.hash = '#/search/-/needle%20in%20the%20hay'");
        awaitFound(1);
        long found = System.nanoTime();
        assertThat(text(".hit .text")).isEqualTo("the needle in the hay");
        assertThat(text(".hits h2 a")).isEqualTo("lib/part" + TASKS * 3 / 4 + ".o");
        browser.value("document.querySelector('.hit').click()");
        browser.await("document.querySelector('.line.target mark')");
        assertThat(text(".line.target .text")).isEqualTo("the needle in the hay");
        assertQuiet(page);
        System.out.printf(
                "report of %d MB and %d tasks: journal %d MB, page %d MB, written in %d ms, open in %d ms, last line after %d ms, "
                        + "found after %d ms%n",
                BYTES / 1_000_000,
                TASKS,
                Files.size(journal) / 1_000_000,
                Files.size(page) / 1_000_000,
                (written - began) / 1_000_000,
                opening / 1_000_000,
                (shown - opened) / 1_000_000,
                (found - shown) / 1_000_000);
        assertThat(Duration.ofNanos(opening)).isLessThan(Duration.ofSeconds(3));
    }

    // Lines of two jobs in turns, over several blocks: what is found must be at home in its own job's numbers.
    @Test
    void whatIsFoundIsToldAtItsLineInEachJobWhateverItsCase() throws Exception {
        Path journal = folder.resolve("turns.hlog");
        AtomicLong now = new AtomicLong();
        int lines = 60_000;
        try (OutputMultiplexer mux = HtmlBuilds.quiet(now, journal).build();
                OutputSource even = mux.open(HtmlBuilds.job(1, "even", "part", "local", 1));
                OutputSource odd = mux.open(HtmlBuilds.job(2, "odd", "part", "local", 1))) {
            for (int i = 1; i <= lines; i++) {
                String words = i % 10_000 == 0 ? "\u001b[31mTHE ne\u001b[1medle\u001b[0m" : "line";
                even.write(Channel.STDOUT, (words + " " + i + "\n").getBytes(StandardCharsets.UTF_8));
                odd.write(Channel.STDERR, (words + " " + i + "\n").getBytes(StandardCharsets.UTF_8));
                now.addAndGet(1_000);
            }
            even.finish(0);
            odd.finish(0);
        }
        Path page = folder.resolve("turns.html");
        try (JournalReader reader = Journal.open(journal)) {
            reader.replay(GroupingStrategy.line(), Sinks.html(page));
        }
        String hits = "[...document.querySelectorAll('.hit')].map(e => e.querySelector('.number').dataset.number + ':'"
                + " + e.querySelector('.text').textContent).join()";
        String expected = IntStream.rangeClosed(1, 6)
                .mapToObj(i -> i * 10_000 + ":THE needle " + i * 10_000)
                .collect(Collectors.joining(","));
        for (String search : List.of("-/the%20NEEDLE", "r/the%20ne%2Bdle%20%5Cd", "c/THE%20needle")) {
            open(page, "#/search/" + search);
            awaitFound(12);
            assertThat(text(".facts")).isEqualTo("12 lines in 2 tasks");
            assertThat(browser.value("[document.querySelector('#regex').checked ? 'r' : '',"
                            + " document.querySelector('#case').checked ? 'c' : ''].join('') || '-'"))
                    .isEqualTo(search.substring(0, 1));
            assertThat(browser.value("encodeURIComponent(document.querySelector('#words').value)"))
                    .isEqualTo(search.substring(2));
            assertThat(browser.value(hits)).isEqualTo(expected + "," + expected);
        }
        open(page, "#/search/c/the%20needle");
        awaitFound(0);
        open(page, "#/search/-/THE%20needle%2060000");
        awaitFound(2);
        browser.value("document.querySelector('#view .chip.on-stderr').click()");
        browser.await("document.querySelector('.facts').textContent === '1 line in 1 task'");
        assertQuiet(page);
    }

    private static void awaitFound(int lines) throws Exception {
        browser.await("document.querySelector('.facts') && document.querySelector('.facts').dataset.done === '" + lines
                + "'");
    }

    @Test
    void aSmallBuildLooksAsItShould() throws Exception {
        Path journal = folder.resolve("pretty.hlog");
        HtmlBuilds.pretty(journal);
        Path page = reported("pretty", journal);
        open(page, "");
        assertThat(text("#verdict")).isEqualTo("failed");
        assertThat(text(".overview h2")).contains("Failed", "Timeline", "Critical path", "Slowest");
        assertThat(text("#counts")).startsWith("78 succeeded, 2 failed, 10 up to date, 4 errors, 7 warnings");
        assertThat(text(".overview .lines"))
                .contains(
                        "src/unit42.c:31:3: error: 'crc' undeclared (first use in this function)",
                        "src/unit77.c:31:3: ");
        open(page, "#core%2Fsrc%2Funit42.o/3");
        browser.await("document.querySelector('.line.target')");
        assertThat(text(".line.target .text")).isEqualTo("   31 |   crc = crc32(0, p, n);");
        assertThat(text(".line.target .text span")).isEqualTo("crc");
        assertThat(text(".head .end")).isEqualTo("exit code 1");
        String pictures = System.getProperty("heddle.report.pictures");
        if (pictures != null) {
            picture(page, Files.createDirectories(Path.of(pictures)));
        }
        assertQuiet(page);
    }

    private static void picture(Path page, Path to) throws Exception {
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : new int[] {1280, 390}) {
                browser.look(width, 800, dark);
                for (String place : List.of("", "#core%2Fsrc%2Funit42.o/3", "#/all", "#/search/-/warning")) {
                    open(page, place);
                    // Two frames: one in which rows are asked for, one in which they are there.
                    browser.value("new Promise(done => setTimeout(done, 400))");
                    String name = (dark ? "dark" : "light") + "-" + width + place.replaceAll("[^a-z]", "") + ".png";
                    Files.write(to.resolve(name), browser.picture());
                }
            }
        }
        browser.look(1280, 800, false);
    }

    @Test
    void nothingThatAJobSaysOrIsCalledRunsOrIsAskedFor() throws Exception {
        Path journal = folder.resolve("hostile.hlog");
        List<String> attacks = List.of(
                "</script><script>window.pwned = 1</script>",
                "<img src=x onerror='window.pwned = 1'>",
                "<img src='http://127.0.0.1:9/a.png'>",
                "<link rel=stylesheet href='http://127.0.0.1:9/a.css'>",
                "<style>body { display: none }</style>",
                "<svg/onload=window.pwned=1>",
                "<iframe src='http://127.0.0.1:9/'></iframe>",
                "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
                "--><!--<base href='http://127.0.0.1:9/'>",
                "javascript:window.pwned=1",
                "\u001b]8;;javascript:window.pwned=1\u0007click\u001b]8;;\u0007",
                "\u001b]8;;data:text/html,<script>1</script>\u0007click\u001b]8;;\u0007",
                "\u001b]0;title\u0007\u001b[2J\u001b]52;c;aGk=\u0007",
                "${window.pwned=1} {{constructor.constructor('window.pwned=1')()}}",
                "\u202e\u2066gnp.exe\u2028\u2029 \u0000\u0001\u001f");
        AtomicLong now = new AtomicLong();
        try (OutputMultiplexer mux = HtmlBuilds.quiet(now, journal).build()) {
            BuildEvent.Stamp at = new BuildEvent.Stamp(1, 0, Instant.EPOCH);
            Random random = new Random(3);
            for (String attack : attacks) {
                mux.events().onEvent(new BuildEvent.HostDown(at, attack, attack));
                mux.message(Channel.ERROR, attack);
                JobInfo job = new JobInfo(1, attack, attack, "run " + attack, attack, 2);
                try (OutputSource source = mux.open(job)) {
                    byte[] noise = new byte[300];
                    random.nextBytes(noise);
                    source.write(Channel.STDOUT, (attack + "\n").getBytes(StandardCharsets.UTF_8));
                    source.write(Channel.STDERR, noise);
                    now.addAndGet(1_000_000_000);
                    source.finish(3);
                }
            }
            HtmlBuilds.tellEnd(mux, false, Duration.ofSeconds(1), attacks);
        }
        Path page = reported("hostile", journal);
        String markup = Files.readString(page, StandardCharsets.UTF_8);
        assertThat(markup).doesNotContain("pwned").doesNotContain("127.0.0.1");
        int scripts = markup.split("<script", -1).length - 1;
        for (String place : List.of(
                "",
                "#/all",
                "#/search/-/pwned",
                "#/search/r/.",
                "#%3C%2Fscript%3E%3Cscript%3Ewindow.pwned%20%3D%201%3C%2Fscript%3E")) {
            open(page, place);
            browser.value("new Promise(done => setTimeout(done, 200))");
            assertThat(browser.value("window.pwned === undefined && document.title.includes('Build report')"))
                    .isEqualTo(true);
            assertThat(browser.value("document.querySelectorAll('script').length"))
                    .isEqualTo((long) scripts);
            assertThat(
                            browser.value(
                                    "document.querySelectorAll('link, iframe, img, object, embed, base, svg, form[action]').length"))
                    .as("at " + place)
                    .isEqualTo(0L);
            assertThat(browser.value("document.querySelectorAll('style').length"))
                    .isEqualTo(1L);
            assertThat(
                            browser.value(
                                    "[...document.querySelectorAll('*')].every(e => [...e.attributes].every(a => !a.name.startsWith('on')))"))
                    .isEqualTo(true);
            assertThat(browser.value(
                            "[...document.querySelectorAll('a')].every(a => a.getAttribute('href').startsWith('#'))"))
                    .isEqualTo(true);
            assertThat(browser.value("/[\\u202a-\\u202e\\u2066-\\u2069\\u2028\\u2029]/.test(document.body.innerText)"))
                    .isEqualTo(false);
            assertQuiet(page);
        }
    }

    @Test
    void thisTestWouldSeeWhatRunsAndWhatIsAskedFor() throws Exception {
        Path page = Files.writeString(
                folder.resolve("bad.html"),
                "<body data-ready=true><script>window.pwned = 1; console.log('here')</script><img src='http://127.0.0.1:9/a.png'>");
        open(page, "");
        browser.await("document.images[0].complete");
        assertThat(browser.value("window.pwned")).isEqualTo(1L);
        assertThat(browser.complaints()).isNotEmpty();
        assertThat(browser.requests()).contains("http://127.0.0.1:9/a.png");
    }

    @Test
    void whatIsInsertedIntoAPageLaterIsRefusedByItsPolicy() throws Exception {
        Path journal = folder.resolve("policy.hlog");
        HtmlBuilds.large(journal, 2, 1000);
        Path page = reported("policy", journal);
        open(page, "");
        browser.value(
                "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/a.png\" onerror=\"window.pwned=1\">')");
        browser.value(
                "(() => { const s = document.createElement('script'); s.textContent = 'window.pwned = 1'; document.body.append(s); })()");
        browser.value("fetch('http://127.0.0.1:9/').catch(() => 0)");
        browser.value("new Promise(done => setTimeout(done, 200))");
        assertThat(browser.value("window.pwned === undefined")).isEqualTo(true);
        assertThat(browser.complaints())
                .hasSizeGreaterThanOrEqualTo(3)
                .anyMatch(text -> text.contains("Content Security Policy"));
    }

    @Test
    void longLogsAreReadFromTheFolderBesideThePage() throws Exception {
        Path journal = folder.resolve("split.hlog");
        HtmlBuilds.large(journal, 40, 12_000_000);
        Path page = folder.resolve("split #1 50%.html");
        try (JournalReader reader = Journal.open(journal)) {
            reader.replay(GroupingStrategy.task(), new HtmlSink(page, 100_000));
        }
        open(page, "#lib%2Fpart39.o/999999");
        browser.await(
                "[...document.querySelectorAll('.line .text')].some(e => e.textContent === 'last line of task 39')");
        browser.value("location.hash = '#/search/r/needle.*hay'");
        awaitFound(1);
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .allMatch(address -> address.startsWith("file:"))
                .hasSizeGreaterThan(1);
    }

    private static Path reportOf(String name, String out, String err) throws Exception {
        Path journal = folder.resolve(name + ".hlog");
        try (OutputMultiplexer mux = HtmlBuilds.quiet(new AtomicLong(), journal).build();
                OutputSource source = mux.open(HtmlBuilds.job(1, "job", "part", "local", 1))) {
            source.write(Channel.STDOUT, out.getBytes(StandardCharsets.UTF_8));
            source.write(Channel.STDERR, err.getBytes(StandardCharsets.UTF_8));
            source.finish(0);
        }
        return reported(name, journal);
    }

    @Test
    void aLinkOfTheWebIsOneAndTellsNobodyWhereItWas() throws Exception {
        Path page = reportOf(
                "link", "see \u001b]8;;https://example.org/a?b=c&d\u001b\\the manual\u001b]8;;\u001b\\ first\n", "");
        open(page, "#job");
        browser.await("document.querySelector('.line .text a')");
        assertThat(browser.value("document.querySelector('.line .text a').href"))
                .isEqualTo("https://example.org/a?b=c&d");
        assertThat(browser.value("document.querySelector('.line .text a').rel"))
                .isEqualTo("noopener noreferrer nofollow");
        assertThat(text(".line .text")).isEqualTo("see the manual first");
        assertQuiet(page);
    }

    @Test
    void aChannelIsHiddenAndTheOthersKeepTheirLineNumbers() throws Exception {
        Path page = reportOf("channels", "one\ntwo\n", "three\nfour\n");
        open(page, "#job");
        browser.await("document.querySelectorAll('.line .text').length === 4");
        browser.value("document.querySelector('#view .chip.on-stdout').click()");
        browser.await("document.querySelectorAll('.line .text').length === 2");
        assertThat(text(".line .text")).isEqualTo("three\nfour");
        assertThat(browser.value("[...document.querySelectorAll('.line .number')].map(e => e.dataset.number).join()"))
                .isEqualTo("3,4");
    }

    // As when lines wider than the page are drawn, and a bar below the log takes its place from the last of them.
    @Test
    void theLineOfAnAddressStaysInSightWhenTheLogGetsLower() throws Exception {
        Path page = reportOf("low", "line\n".repeat(200) + "last\n", "");
        String inSight =
                "(() => { const target = document.querySelector('.line.target'), log = document.querySelector('.log');"
                        + " return target && target.getBoundingClientRect().bottom"
                        + " <= log.getBoundingClientRect().top + log.clientTop + log.clientHeight + 1; })()";
        open(page, "#job/201");
        browser.await(inSight);
        browser.value("(() => { const log = document.querySelector('.log');"
                + " log.style.maxHeight = (log.offsetHeight - 18) + 'px'; })()");
        browser.await(inSight);
        assertThat(text(".line.target .text")).isEqualTo("last");
        browser.value("document.querySelector('.log').scrollTop = 0");
        browser.await("[...document.querySelectorAll('.line .number')].some(e => e.dataset.number === '1')");
        browser.value("document.querySelector('.log').style.maxHeight = ''");
        browser.value("new Promise(done => setTimeout(done, 100))");
        assertThat(browser.value("document.querySelector('.log').scrollTop"))
                .as("whoever has scrolled stays where they are")
                .isIn(0, 0L, 0.0);
    }

    @Test
    void aLogOfMoreLinesThanABrowserHasPixelsIsReachedAtEveryLine() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 2_000_000; i++) {
            lines.append(i).append('\n');
        }
        Path page = reportOf("tall", lines.toString(), "");
        for (int line : new int[] {1, 777_777, 1_999_999, 2_000_000}) {
            open(page, "#job/" + line);
            browser.await("document.querySelector('.line.target .text')");
            assertThat(text(".line.target .text")).isEqualTo(String.valueOf(line));
            assertThat(
                            browser.value(
                                    "(() => { const a = document.querySelector('.line.target').getBoundingClientRect(), "
                                            + "b = document.querySelector('.log').getBoundingClientRect(); return a.top >= b.top && a.bottom <= b.bottom + 1; })()"))
                    .as("line " + line + " is in sight")
                    .isEqualTo(true);
        }
        browser.value("document.querySelector('.log').scrollTop = 0");
        browser.await("[...document.querySelectorAll('.line .text')].some(e => e.textContent === '1')");
    }
}
