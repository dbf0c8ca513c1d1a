package dev.heddle.store.faults;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** One thing that a store does, in every way in which its disk is touched, on a good of a number. */
enum Chore {
    ADD_TREE(0),
    ADD_TEXT(1),
    ADD_FILE(2),
    BATCH(0) {
        @Override
        void with(Chores chores, int number) throws IOException {
            chores.batch(List.of(number, number + 1, number + 2));
        }
    },
    IMPORT(0) {
        @Override
        void with(Chores chores, int number) throws IOException {
            chores.importAll(List.of(number, number + 1, number + 2));
        }
    };

    /** A good on which the chore can be done. */
    final int number;

    Chore(int number) {
        this.number = number;
    }

    /** What is told of it: {@code add tree}. */
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Prepares the store so that there is something to do. */
    void before(Chores chores, int number) throws IOException {}

    /** Tells a diary what {@link #before} has done. */
    void known(Diary diary, int number) {}

    /** Does it. */
    void with(Chores chores, int number) throws IOException {
        chores.add(number);
    }
}
