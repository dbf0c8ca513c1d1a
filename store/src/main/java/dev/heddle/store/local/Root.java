package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;

/** Something that keeps a path, and with it all that the path refers to, from being collected. Printed as Nix prints it. */
public sealed interface Root {

    /** What is kept. */
    StorePath path();

    /** What keeps it, as Nix names it: the link, {@code {temp:PID}}, or a file of {@code /proc}. */
    String name();

    /**
     * A symbolic link to the path, or a regular file named like it.
     *
     * @param name where it is, with bytes that are no text shown as {@code \xHH}; of an indirect root it is the user's own link
     * @param path what is kept
     */
    record Lasting(String name, StorePath path) implements Root {
        @Override
        public String toString() {
            return name + " -> " + path;
        }
    }

    /**
     * A living process has noted that it uses the path.
     *
     * @param pid the process's number
     * @param path what is kept, whether it is valid yet or not
     */
    record Temporary(long pid, StorePath path) implements Root {
        @Override
        public String name() {
            return "{temp:" + pid + "}";
        }

        @Override
        public String toString() {
            return name() + " -> " + path;
        }
    }

    /**
     * A running process executes the path, works in it, has it open or mapped, or names it in its environment.
     *
     * @param name the file that shows it: {@code /proc/1234/exe}
     * @param path what is kept
     */
    record Running(String name, StorePath path) implements Root {
        @Override
        public String toString() {
            return name + " -> " + path;
        }
    }
}
