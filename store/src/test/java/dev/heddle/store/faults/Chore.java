package dev.heddle.store.faults;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** One thing that a store does, in every way in which its disk is touched, on a good of a number. */
enum Chore {
    ADD_TREE(0, Chores::add),
    ADD_TEXT(1, Chores::add),
    ADD_FILE(2, Chores::add),
    BATCH(0, (chores, number) -> chores.batch(List.of(number, number + 1, number + 2))),
    IMPORT(0, (chores, number) -> chores.importAll(List.of(number, number + 1, number + 2))),
    BUILD(3, Chores::build),
    READ(0, Chores::read) {
        @Override
        void before(Chores chores, int number) throws IOException, InterruptedException {
            chores.add(number);
        }
    },
    ROOT(0, Chores::root) {
        @Override
        void before(Chores chores, int number) throws IOException, InterruptedException {
            chores.add(number);
        }
    },
    DELETE(0, Chores::delete) {
        @Override
        void before(Chores chores, int number) throws IOException, InterruptedException {
            chores.add(number);
        }
    },
    COLLECT(0, (chores, number) -> chores.collect()) {
        @Override
        void before(Chores chores, int number) throws IOException, InterruptedException {
            chores.add(number);
            chores.build(number + 3);
        }
    },
    REPAIR(0, Chores::repair) {
        @Override
        void before(Chores chores, int number) throws IOException, InterruptedException {
            chores.add(number);
        }
    };

    /** What is done with the good of a number. */
    @FunctionalInterface
    private interface Work {
        void on(Chores chores, int number) throws IOException, InterruptedException;
    }

    /** A good on which the chore can be done. */
    final int number;

    private final Work work;

    Chore(int number, Work work) {
        this.number = number;
        this.work = work;
    }

    /** What is told of it: {@code add tree}. */
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Prepares the store so that there is something to do; in a process or an opening of its own, which keeps nothing alive. */
    void before(Chores chores, int number) throws IOException, InterruptedException {}

    /** Whether {@link #before} does anything. */
    boolean isPrepared() {
        return ordinal() >= READ.ordinal();
    }

    /** Whether it succeeds when it is done already. */
    boolean isRepeatable() {
        return this != DELETE;
    }

    /** Does it. */
    void with(Chores chores, int number) throws IOException, InterruptedException {
        work.on(chores, number);
    }
}
