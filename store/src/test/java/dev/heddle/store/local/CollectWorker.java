package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A process that adds texts, which others add too, and looks whether what it was told to be valid stays so until it closes
 * the store: {@code CollectWorker STORE ROUNDS SEED}. Prints a dot for each round; ends with 1 and the reason if something is
 * lost.
 */
final class CollectWorker {

    private static final int NAMES = 12;

    private CollectWorker() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Random random = new Random(Long.parseLong(arguments[2]));
        for (int round = 0; round < rounds; round++) {
            try (LocalStore store = LocalStore.open(directory)) {
                Map<StorePath, String> added = new LinkedHashMap<>();
                for (int i = 0; i < 8; i++) {
                    String text = "text " + random.nextInt(NAMES);
                    List<StorePath> references = new ArrayList<>(added.keySet());
                    references = references.subList(0, Math.min(references.size(), random.nextInt(2)));
                    StorePath path = store.addText("shared", text.getBytes(StandardCharsets.UTF_8), references);
                    added.put(path, text);
                    check(store, added);
                }
            }
            System.out.print('.');
            System.out.flush();
        }
    }

    private static void check(LocalStore store, Map<StorePath, String> added) throws IOException {
        for (Map.Entry<StorePath, String> entry : added.entrySet()) {
            Path file = store.layout().real(entry.getKey());
            String fault = !store.isValid(entry.getKey())
                    ? "is not valid any more"
                    : !Files.exists(file)
                            ? "has no file"
                            : !Files.readString(file).equals(entry.getValue()) ? "has another content" : "";
            if (!fault.isEmpty()) {
                System.out.println(entry.getKey() + " " + fault);
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
