package dev.heddle.store.local;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rows of very many paths, without their files: for what must cost the same however many paths a store has. */
public final class ManyPaths {

    private static final int AT_ONCE = 10_000;

    private ManyPaths() {}

    /** Registers {@code count} paths in a store that nobody has open. Each but the first refers to one before it. */
    public static void register(StoreLayout layout, int count) throws IOException {
        try (SqliteDatabase database = SqliteDatabase.open(layout, DatabaseSettings.NORMAL)) {
            for (int from = 0; from < count; from += AT_ONCE) {
                List<PathInfo> infos = new ArrayList<>();
                for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                    infos.add(info(layout.storeDirectory(), i));
                }
                database.write(transaction -> {
                    transaction.register(infos);
                    return true;
                });
            }
        }
    }

    /** The path of this number. */
    public static StorePath path(String storeDirectory, int number) {
        return StorePath.ofSource(digest(number), List.of(), storeDirectory, "many-" + number);
    }

    private static PathInfo info(String storeDirectory, int number) {
        List<StorePath> references = number == 0 ? List.of() : List.of(path(storeDirectory, number / 2));
        return PathInfo.of(path(storeDirectory, number), digest(number), 96, references);
    }

    private static Digest digest(int number) {
        byte[] text = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        return Digest.ofContent(Digest.Algorithm.SHA256, text);
    }
}
