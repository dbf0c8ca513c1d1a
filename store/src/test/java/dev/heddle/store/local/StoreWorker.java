package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A process that adds the same paths as others do, in an order of its own: {@code StoreWorker STORE COUNT SEED}. Prints each
 * path when it was reported valid.
 */
final class StoreWorker {

    private StoreWorker() {}

    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[1]);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(i);
        }
        Collections.shuffle(numbers, new Random(Long.parseLong(arguments[2])));
        try (LocalStore store = LocalStore.open(Path.of(arguments[0]))) {
            for (int number : numbers) {
                byte[] content = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
                StorePath first = store.addText("first" + number, content, List.of());
                StorePath second = store.addText("second" + number, content, List.of(first));
                System.out.println(first);
                System.out.println(second);
                System.out.flush();
            }
        }
    }
}
