package dev.heddle.samples.ninja;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables and rules of one manifest file; an included file shares its includer's scope, a subninja has its own. */
final class Scope {

    /** For variables that nobody set. */
    static final int UNSET = -1;

    private final @Nullable Scope parent;
    private final int index;
    private final Map<Integer, Integer> variables = new LinkedHashMap<>();
    private final Map<Integer, Integer> rules = new HashMap<>();

    Scope(@Nullable Scope parent, int index) {
        this.parent = parent;
        this.index = index;
    }

    int index() {
        return index;
    }

    @Nullable
    Scope parent() {
        return parent;
    }

    void set(int name, int value) {
        variables.put(name, value);
    }

    /** The number of the text that a variable of this very scope holds, or {@link #UNSET}. */
    int own(int name) {
        return variables.getOrDefault(name, UNSET);
    }

    /** The same, looking in the enclosing scopes too. */
    int lookup(int name) {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            int value = scope.own(name);
            if (value != UNSET) {
                return value;
            }
        }
        return UNSET;
    }

    /** The variables of this scope in the order they were first set. */
    Map<Integer, Integer> variables() {
        return variables;
    }

    /** Adds a rule; false if this very scope has one of that name. */
    boolean addRule(int name, int rule) {
        return rules.putIfAbsent(name, rule) == null;
    }

    /** The rule of a name seen from here, or -1. */
    int rule(int name) {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            Integer rule = scope.rules.get(name);
            if (rule != null) {
                return rule;
            }
        }
        return -1;
    }
}
