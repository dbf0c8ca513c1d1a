package dev.heddle.core.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the shell lines that need no shell: those that are nothing but a program and its words, so that running the program
 * directly does the same and saves one program start.
 *
 * <p>Quotes and backslashes are undone by the rules of POSIX (Shell Command Language, 2.2). A line with anything that a
 * shell would act on, such as expansions, redirections, patterns, assignments, or a first word that is a keyword or a
 * command built into some shell, is left to the shell.
 */
final class ShellLine {

    /** Characters that mean something to some shell in at least one place; cheap to be careful about. */
    private static final String SPECIAL = "|&;<>()$`*?[]{}~#!\n\r^";

    /** What a double-quoted string may still do. */
    private static final String SPECIAL_IN_QUOTES = "$`!";

    /** Keywords and commands built into dash, bash, or ash whose program, where there is one, may do something else. */
    private static final Set<String> BUILT_IN = Set.of(
            ".",
            ":",
            "[",
            "[[",
            "alias",
            "bg",
            "bind",
            "break",
            "builtin",
            "caller",
            "case",
            "cd",
            "chdir",
            "command",
            "compgen",
            "complete",
            "compopt",
            "continue",
            "coproc",
            "declare",
            "dirs",
            "disown",
            "do",
            "done",
            "echo",
            "elif",
            "else",
            "enable",
            "esac",
            "eval",
            "exec",
            "exit",
            "export",
            "fc",
            "fg",
            "fi",
            "for",
            "function",
            "getopts",
            "hash",
            "help",
            "history",
            "if",
            "in",
            "jobs",
            "kill",
            "let",
            "local",
            "logout",
            "mapfile",
            "newgrp",
            "popd",
            "printf",
            "pushd",
            "pwd",
            "read",
            "readarray",
            "readonly",
            "return",
            "select",
            "set",
            "shift",
            "shopt",
            "source",
            "suspend",
            "test",
            "then",
            "time",
            "times",
            "trap",
            "type",
            "typeset",
            "ulimit",
            "umask",
            "unalias",
            "unset",
            "until",
            "wait",
            "while");

    /** Of those, what a shell at hand does with plain words exactly as a fresh one would, with nothing to complain about. */
    private static final Set<String> DONE_BY_SHELL = Set.of(":", "echo", "false", "true");

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ShellLine(String line) {
        this.line = line;
    }

    /** The words of a line that needs no shell of its own, or nothing. */
    static Optional<List<String>> words(String line) {
        ShellLine reader = new ShellLine(line);
        if (!reader.split() || reader.words.isEmpty()) {
            return Optional.empty();
        }
        String first = reader.words.get(0);
        if (first.isEmpty() || first.indexOf('=') >= 0 || (BUILT_IN.contains(first) && !isBuiltIn(first))) {
            return Optional.empty();
        }
        return Optional.of(List.copyOf(reader.words));
    }

    /** Whether words that begin with {@code first} are not for a program but for the shell, which can be one at hand. */
    static boolean isBuiltIn(String first) {
        return DONE_BY_SHELL.contains(first);
    }

    private boolean split() {
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == ' ' || c == '\t') {
                endWord();
            } else if (SPECIAL.indexOf(c) >= 0) {
                return false;
            } else if (!take(c)) {
                return false;
            }
        }
        endWord();
        return true;
    }

    private boolean take(char c) {
        inWord = true;
        if (c == '\'') {
            return singleQuoted();
        }
        if (c == '"') {
            return doubleQuoted();
        }
        if (c == '\\') {
            if (at == line.length() || line.charAt(at) == '\n') {
                return false;
            }
            word.append(line.charAt(at++));
            return true;
        }
        word.append(c);
        return true;
    }

    private boolean singleQuoted() {
        int end = line.indexOf('\'', at);
        if (end < 0) {
            return false;
        }
        word.append(line, at, end);
        at = end + 1;
        return true;
    }

    private boolean doubleQuoted() {
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (SPECIAL_IN_QUOTES.indexOf(c) >= 0) {
                return false;
            }
            if (c == '\\') {
                if (at == line.length() || line.charAt(at) == '\n') {
                    return false;
                }
                char next = line.charAt(at);
                if (next == '"' || next == '\\' || SPECIAL_IN_QUOTES.indexOf(next) >= 0) {
                    at++;
                    word.append(next);
                    continue;
                }
            }
            word.append(c);
        }
        return false;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
