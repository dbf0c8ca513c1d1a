package dev.heddle.layout;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callConstructor;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The floors of the house and the imports that must never be, checked on the compiled main code of all modules. */
class LayoutTest {

    private static final String SAMPLES = "dev.heddle.samples..";
    private static final String BENCHMARKS = "dev.heddle.bench..";

    private static JavaClasses main;

    @BeforeAll
    static void importMainClasses() {
        List<Path> paths = new ArrayList<>();
        Repository.PUBLISHED.forEach(module -> paths.add(Repository.classes(module)));
        paths.add(Repository.classes("samples"));
        Path benchmarks = Repository.root().resolve("jmh-benchmarks/target/classes");
        if (Files.isDirectory(benchmarks)) {
            paths.add(benchmarks);
        }
        ImportOption written = location -> !location.contains("jmh_generated");
        main = new ClassFileImporter().withImportOption(written).importPaths(paths);
    }

    @Test
    void siblingsNeverImportOneAnother() {
        mayNotImport("dev.heddle.scheduler..", "dev.heddle.store..", "dev.heddle.logmux..");
        mayNotImport("dev.heddle.store..", "dev.heddle.scheduler..", "dev.heddle.logmux..");
        mayNotImport("dev.heddle.logmux..", "dev.heddle.scheduler..", "dev.heddle.store..");
        mayNotImport("dev.heddle.core..", "dev.heddle.scheduler..", "dev.heddle.store..", "dev.heddle.logmux..");
    }

    @Test
    void nothingPublishedImportsSamplesOrBenchmarks() {
        for (String published : List.of("core", "scheduler", "store", "logmux")) {
            mayNotImport("dev.heddle." + published + "..", SAMPLES, BENCHMARKS);
        }
    }

    @Test
    void floorsOfCoreAreKept() {
        mayNotImport("dev.heddle.core.derivation", "dev.heddle.core");
        mayNotImport("dev.heddle.core", "dev.heddle.core.event");
    }

    @Test
    void floorsOfTheStoreAreKept() {
        mayNotImport(
                "dev.heddle.store",
                "dev.heddle.store.local",
                "dev.heddle.store.cache",
                "dev.heddle.store.remote",
                "dev.heddle.store.open");
    }

    @Test
    void floorsOfTheMultiplexerAreKept() {
        mayNotImport("dev.heddle.logmux", "dev.heddle.logmux.console", "dev.heddle.logmux.sink");
        mayNotImport("dev.heddle.logmux.wire", "dev.heddle.logmux");
        mayNotImport("dev.heddle.logmux.sink", "dev.heddle.logmux.wire");
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("dev.heddle.(**)").should().beFreeOfCycles());
    }

    @Test
    void sqlStaysInTheLocalStore() {
        onlyIn("dev.heddle.store.local", inPackages("java.sql..", "javax.sql..", "org.sqlite.."));
    }

    @Test
    void httpAndCompressionStayInTheBinaryCache() {
        Set<String> checksums = Set.of(
                "java.util.zip.Checksum", "java.util.zip.CRC32", "java.util.zip.CRC32C", "java.util.zip.Adler32");
        DescribedPredicate<JavaClass> compression = inPackages(
                        "java.net.http..",
                        "java.util.zip..",
                        "com.github.luben..",
                        "org.tukaani..",
                        "org.apache.commons.compress..",
                        "io.airlift..")
                .and(describe("not a checksum", type -> !checksums.contains(type.getName())));
        // The blocks of a report's page are compressed in the way that every browser can undo.
        Set<String> forReports = Set.of("java.util.zip.Deflater", "java.util.zip.DeflaterOutputStream");
        DescribedPredicate<JavaClass> ofReports = describe("for reports", type -> forReports.contains(type.getName()));
        onlyIn("dev.heddle.store.cache", compression.and(DescribedPredicate.not(ofReports)));
        check(noClasses()
                .that(outside("dev.heddle.store.cache").and(outside("dev.heddle.logmux.sink")))
                .should()
                .dependOnClassesThat(ofReports));
    }

    @Test
    void processesAreStartedInOnePackageOnly() {
        // Command reads a line by commons-exec's rules; that starts nothing.
        DescribedPredicate<JavaClass> launching = inPackages("org.apache.commons.exec..")
                .and(describe(
                        "no reader of a line", type -> !type.getSimpleName().equals("CommandLine")))
                .or(describe("ProcessBuilder", type -> type.isEquivalentTo(ProcessBuilder.class)));
        onlyIn("dev.heddle.core.process", launching);
        check(noClasses()
                .that(outside("dev.heddle.core.process"))
                .should(callMethod(Runtime.class, "exec", String.class))
                .orShould(callMethod(Runtime.class, "exec", String[].class))
                .orShould(callMethod(Runtime.class, "exec", String[].class, String[].class)));
    }

    @Test
    void standardStreamsBelongToTheEmbedder() {
        DescribedPredicate<JavaClass> allowed = resideInAPackage(SAMPLES)
                .or(resideInAPackage(BENCHMARKS))
                .or(describe("SystemCapture or Terminal", type -> {
                    String outermost = outermost(type).getSimpleName();
                    return outermost.equals("SystemCapture") || outermost.contains("Terminal");
                }));
        check(noClasses()
                .that(DescribedPredicate.not(allowed))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould(callMethod(Throwable.class, "printStackTrace")));
    }

    @Test
    void noLoggingFacadeIsUsed() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.logging..", "org.slf4j..", "org.apache.logging..", "org.apache.commons.logging.."));
    }

    @Test
    void timeAndRandomnessAreInjected() {
        check(noClasses()
                .that(DescribedPredicate.not(resideInAPackage(BENCHMARKS)))
                .should(callMethod(System.class, "currentTimeMillis"))
                .orShould(callMethod(Thread.class, "sleep", long.class))
                .orShould(callMethod(Thread.class, "sleep", long.class, int.class))
                .orShould(callMethod(TimeUnit.class, "sleep", long.class))
                .orShould(callMethod(Math.class, "random"))
                .orShould(callConstructor(Random.class))
                .orShould(callMethod(ThreadLocalRandom.class, "current")));
    }

    @Test
    void theEmbedderOwnsTheProcess() {
        check(noClasses()
                .that(DescribedPredicate.not(resideInAPackage(SAMPLES))
                        .and(DescribedPredicate.not(resideInAPackage(BENCHMARKS))))
                .should(callMethod(System.class, "exit", int.class))
                .orShould(callMethod(Runtime.class, "exit", int.class))
                .orShould(callMethod(Runtime.class, "halt", int.class))
                .orShould(callMethod(Runtime.class, "addShutdownHook", Thread.class))
                .orShould(callMethod(System.class, "setProperty", String.class, String.class))
                .orShould(callMethod(Locale.class, "setDefault", Locale.class)));
    }

    @Test
    void noStaticStateCanChange() {
        DescribedPredicate<JavaField> written =
                describe("are written in code", field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC));
        check(fields().that().areStatic().and(written).should().beFinal());
    }

    @Test
    void publicTypesDoNotOfferTheirMonitor() {
        check(methods()
                .that()
                .areDeclaredInClassesThat()
                .arePublic()
                .should()
                .notHaveModifier(JavaModifier.SYNCHRONIZED));
    }

    private static void mayNotImport(String from, String... to) {
        check(noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to));
    }

    /** Types that {@code types} describes are used in one package of the published jars and nowhere else. */
    private static void onlyIn(String home, DescribedPredicate<JavaClass> types) {
        check(noClasses().that(outside(home)).should().dependOnClassesThat(types));
    }

    private static DescribedPredicate<JavaClass> outside(String home) {
        return DescribedPredicate.not(resideInAPackage(home)).and(DescribedPredicate.not(resideInAPackage(BENCHMARKS)));
    }

    private static DescribedPredicate<JavaClass> inPackages(String... packages) {
        return JavaClass.Predicates.resideInAnyPackage(packages);
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }

    private static void check(ArchRule rule) {
        // A room that is still to be built breaks no rule.
        rule.allowEmptyShould(true).check(main);
    }
}
