package dev.heddle.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes what an embedder can see of a module as text: every public or protected type of an exported package, and below it
 * its public and protected members, both sorted. Nullness, the components of records and the families of sealed types are
 * part of it; parameter names, comments and bodies are not.
 */
final class ApiDump {

    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private ApiDump() {}

    static String of(String module) {
        Set<String> exported = Repository.exportedPackages(module);
        List<Class<?>> types = new ArrayList<>();
        for (String name : classNames(Repository.classes(module))) {
            int dot = name.lastIndexOf('.');
            if (dot > 0 && exported.contains(name.substring(0, dot))) {
                Class<?> type = load(name);
                if (isVisible(type)) {
                    types.add(type);
                }
            }
        }
        return types.stream().map(ApiDump::describe).collect(Collectors.joining("\n"));
    }

    private static List<String> classNames(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiDump.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError("a class of the module is not on the class path: " + name, e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        boolean own = isVisible(type.getModifiers()) && !type.isSynthetic() && !type.isAnonymousClass();
        return own && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String describe(Class<?> type) {
        StringBuilder text = new StringBuilder(header(type)).append('\n');
        List<String> members = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
                members.add("%s%s %s"
                        .formatted(modifiers(field.getModifiers()), name(field.getAnnotatedType()), field.getName()));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic()) {
                members.add(modifiers(constructor.getModifiers()) + "<init>" + signature(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method.getModifiers())
                    && !method.isSynthetic()
                    && !OF_EVERY_OBJECT.contains(method.getName())) {
                members.add("%s%s%s %s%s"
                        .formatted(
                                modifiers(method.getModifiers() & ~(Modifier.TRANSIENT | Modifier.VOLATILE)),
                                variables(method.getTypeParameters()),
                                name(method.getAnnotatedReturnType()),
                                method.getName(),
                                signature(method)));
            }
        }
        members.stream()
                .sorted()
                .forEach(member -> text.append("    ").append(member).append('\n'));
        return text.toString();
    }

    private static String header(Class<?> type) {
        String kind = type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        StringBuilder text =
                new StringBuilder(modifiers(type.getModifiers() & ~(Modifier.INTERFACE | Modifier.ABSTRACT)));
        if (Modifier.isAbstract(type.getModifiers()) && !type.isInterface()) {
            text.append("abstract ");
        }
        text.append(type.isSealed() ? "sealed " : "").append(kind).append(' ').append(type.getName());
        text.append(variables(type.getTypeParameters()).strip()).append(components(type));
        AnnotatedType parent = type.getAnnotatedSuperclass();
        boolean told = parent != null
                && !Set.of("java.lang.Object", "java.lang.Record").contains(name(parent))
                && !type.isEnum();
        text.append(told ? " extends " + name(parent) : "");
        if (type.getAnnotatedInterfaces().length > 0) {
            text.append(type.isInterface() ? " extends " : " implements ").append(names(type.getAnnotatedInterfaces()));
        }
        return text.append(permitted(type)).toString();
    }

    /** Names and order of what a record is made of, which calls and patterns depend on. */
    private static String components(Class<?> type) {
        return !type.isRecord()
                ? ""
                : Arrays.stream(type.getRecordComponents())
                        .map(component -> name(component.getAnnotatedType()) + " " + component.getName())
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** The family of a sealed type, over which a switch may be exhaustive. */
    private static String permitted(Class<?> type) {
        return !type.isSealed()
                ? ""
                : Arrays.stream(type.getPermittedSubclasses())
                        .map(child -> isVisible(child) ? child.getName() : "a hidden type")
                        .sorted()
                        .distinct()
                        .collect(Collectors.joining(", ", " permits ", ""));
    }

    private static String signature(Executable executable) {
        String parameters = Arrays.stream(executable.getParameters())
                .map(Parameter::getAnnotatedType)
                .map(ApiDump::name)
                .collect(Collectors.joining(", ", "(", ")"));
        AnnotatedType[] thrown = executable.getAnnotatedExceptionTypes();
        return (executable.isVarArgs() ? parameters.replaceFirst("\\[\\]\\)$", "...)") : parameters)
                + (thrown.length > 0 ? " throws " + names(thrown) : "");
    }

    private static String variables(TypeVariable<?>[] variables) {
        if (variables.length == 0) {
            return "";
        }
        return Arrays.stream(variables)
                .map(variable -> variable.getName()
                        + Arrays.stream(variable.getAnnotatedBounds())
                                .map(ApiDump::name)
                                .filter(bound -> !bound.equals("java.lang.Object"))
                                .collect(Collectors.joining(" & "))
                                .transform(bounds -> bounds.isEmpty() ? "" : " extends " + bounds))
                .collect(Collectors.joining(", ", "<", "> "));
    }

    private static String names(AnnotatedType[] types) {
        return Arrays.stream(types).map(ApiDump::name).collect(Collectors.joining(", "));
    }

    /** A type as it is written, with nullness the way a person writes it. */
    private static String name(AnnotatedType type) {
        return type.toString()
                .replace("@org.jspecify.annotations.Nullable() ", "@Nullable ")
                .replace("@org.jspecify.annotations.Nullable()", "@Nullable");
    }

    private static String modifiers(int modifiers) {
        String text = Modifier.toString(modifiers);
        return text.isEmpty() ? "" : text + " ";
    }
}
