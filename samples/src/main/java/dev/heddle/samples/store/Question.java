package dev.heddle.samples.store;

import picocli.CommandLine.Option;

/**
 * The options that say what {@code heddle store query} is asked; at most one may be given.
 *
 * <p>Each has its place in the help, as the JVM tells of methods in no order.
 */
final class Question {

    /** What is asked. */
    enum Kind {
        INFO,
        JSON,
        REFERENCES,
        REFERRERS,
        CLOSURE,
        REFERRERS_CLOSURE,
        DERIVER,
        DERIVERS,
        OUTPUTS,
        HASH,
        SIZE,
        TREE,
        GRAPH,
        VALID,
        MISSING,
        FROM_HASH_PART
    }

    private Kind kind = Kind.INFO;

    @Option(names = "--info", order = 1, description = "All that is known of each path: the default.")
    void info(boolean given) {
        ask(Kind.INFO, given);
    }

    @Option(
            names = "--json",
            order = 2,
            description = "The same as a list of objects, as 'nix path-info --json' writes it.")
    void json(boolean given) {
        ask(Kind.JSON, given);
    }

    @Option(names = "--references", order = 3, description = "What they refer to.")
    void references(boolean given) {
        ask(Kind.REFERENCES, given);
    }

    @Option(names = "--referrers", order = 4, description = "What refers to them.")
    void referrers(boolean given) {
        ask(Kind.REFERRERS, given);
    }

    @Option(
            names = {"-R", "--closure", "--requisites"},
            order = 5,
            description = "They, what they refer to, and so on; references first.")
    void closure(boolean given) {
        ask(Kind.CLOSURE, given);
    }

    @Option(names = "--referrers-closure", order = 6, description = "They, what refers to them, and so on.")
    void referrersClosure(boolean given) {
        ask(Kind.REFERRERS_CLOSURE, given);
    }

    @Option(
            names = "--deriver",
            order = 7,
            description = "The derivation that made each, else unknown-deriver; in order.")
    void deriver(boolean given) {
        ask(Kind.DERIVER, given);
    }

    @Option(names = "--derivers", order = 8, description = "All valid derivations that have them as outputs.")
    void derivers(boolean given) {
        ask(Kind.DERIVERS, given);
    }

    @Option(names = "--outputs", order = 9, description = "The outputs of derivations, whether they are valid or not.")
    void outputs(boolean given) {
        ask(Kind.OUTPUTS, given);
    }

    @Option(names = "--hash", order = 10, description = "The hash of each one's NAR; in order.")
    void hash(boolean given) {
        ask(Kind.HASH, given);
    }

    @Option(names = "--size", order = 11, description = "The size of each one's NAR in bytes; in order.")
    void size(boolean given) {
        ask(Kind.SIZE, given);
    }

    @Option(names = "--tree", order = 12, description = "What they refer to, as a tree.")
    void tree(boolean given) {
        ask(Kind.TREE, given);
    }

    @Option(
            names = "--graph",
            order = 13,
            description = "The closure for Graphviz: arrows lead to what is referred to.")
    void graph(boolean given) {
        ask(Kind.GRAPH, given);
    }

    @Option(names = "--valid", order = 14, description = "Those of the paths that are valid. The others are no error.")
    void valid(boolean given) {
        ask(Kind.VALID, given);
    }

    @Option(
            names = "--missing",
            order = 15,
            description = "What it takes to have them: lines that begin with build, fetch or unknown.")
    void missing(boolean given) {
        ask(Kind.MISSING, given);
    }

    @Option(
            names = "--from-hash-part",
            order = 16,
            description = "The valid path for each PATH, which is a hash part of 32 digits.")
    void fromHashPart(boolean given) {
        ask(Kind.FROM_HASH_PART, given);
    }

    // picocli calls with false too, before it looks at what was given.
    private void ask(Kind asked, boolean given) {
        if (given) {
            kind = asked;
        }
    }

    Question() {}

    /** What is asked: {@link Kind#INFO} if nothing was said. */
    Kind kind() {
        return kind;
    }
}
