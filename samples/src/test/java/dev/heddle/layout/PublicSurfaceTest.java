package dev.heddle.layout;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleFinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an embedder sees: exported packages whose signatures speak of the JDK and of Heddle alone. */
class PublicSurfaceTest {

    static Stream<String> publishedModules() {
        return Repository.PUBLISHED.stream().filter(Repository::hasModule);
    }

    @ParameterizedTest
    @MethodSource("publishedModules")
    void signaturesNameOnlyTheJdkAndExportedTypes(String module) {
        Set<String> exported = new TreeSet<>();
        publishedModules().forEach(each -> exported.addAll(Repository.exportedPackages(each)));
        List<String> strangers = new ArrayList<>();
        for (JavaClass type : visibleTypes(module)) {
            Stream<JavaType> parents = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
            note(strangers, type.getName(), parents, exported);
            type.getMembers().stream()
                    .filter(PublicSurfaceTest::isVisible)
                    .forEach(member -> note(strangers, member.getFullName(), typesOf(member), exported));
        }
        assertThat(strangers)
                .as("types in public signatures of %s that an embedder cannot name", module)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("publishedModules")
    void everyExportedPackageHasAPublicType(String module) {
        Set<String> inhabited = new TreeSet<>();
        visibleTypes(module).forEach(type -> inhabited.add(type.getPackageName()));
        assertThat(inhabited).isEqualTo(Repository.exportedPackages(module));
    }

    @Test
    void theModuleOfTheSchedulerMayLookForKindsOfHosts() {
        ModuleFinder classes = ModuleFinder.of(Repository.classes("scheduler"));
        assertThat(classes.find("dev.heddle.scheduler")
                        .orElseThrow()
                        .descriptor()
                        .uses())
                .containsExactly("dev.heddle.scheduler.host.HostProvider");
    }

    /** Public types in exported packages, nested ones included when every enclosing type is visible as well. */
    private static List<JavaClass> visibleTypes(String module) {
        Set<String> exported = Repository.exportedPackages(module);
        JavaClasses classes = new ClassFileImporter().importPath(Repository.classes(module));
        return classes.stream()
                .filter(type -> exported.contains(type.getPackageName()))
                .filter(PublicSurfaceTest::isVisible)
                .toList();
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(PublicSurfaceTest::isVisible).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return isVisible(member.getModifiers()) && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaType> typesOf(JavaMember member) {
        if (member instanceof JavaCodeUnit code) {
            Stream<JavaType> signature =
                    Stream.concat(Stream.of(code.getReturnType()), code.getParameterTypes().stream());
            return Stream.concat(signature, code.getExceptionTypes().stream());
        }
        return Stream.of(((JavaField) member).getType());
    }

    private static void note(List<String> strangers, String where, Stream<JavaType> types, Set<String> exported) {
        types.flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .filter(type -> !type.isPrimitive() && !type.getPackageName().startsWith("java."))
                .filter(type -> !exported.contains(type.getPackageName()) || !isVisible(type))
                .forEach(type -> strangers.add(where + ": " + type.getName()));
    }
}
