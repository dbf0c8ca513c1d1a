package dev.heddle.store;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The keys whose signatures are believed. Immutable, safe for any number of threads. */
public final class TrustedKeys {

    private final Map<String, PublicKey> keys = new HashMap<>();

    private TrustedKeys(Collection<PublicKey> keys) {
        for (PublicKey key : keys) {
            @Nullable PublicKey other = this.keys.put(key.name(), key);
            if (other != null && !other.equals(key)) {
                throw new IllegalArgumentException("two different public keys are called '" + key.name() + "'");
            }
        }
    }

    /**
     * Trusts {@code keys}; none at all believes nobody.
     *
     * @throws IllegalArgumentException if two different keys have one name
     */
    public static TrustedKeys of(Collection<PublicKey> keys) {
        return new TrustedKeys(keys);
    }

    /** Whether {@code info} has a valid signature by one of these keys. */
    public boolean vouchFor(PathInfo info) {
        byte[] fingerprint = info.fingerprint().getBytes(StandardCharsets.UTF_8);
        return info.signatures().stream()
                .anyMatch(signature -> keys.containsKey(signature.keyName())
                        && Objects.requireNonNull(keys.get(signature.keyName())).verifies(fingerprint, signature));
    }

    /** The names of the keys, in order. */
    @Override
    public String toString() {
        return keys.isEmpty()
                ? "none"
                : keys.keySet().stream().sorted().toList().toString();
    }
}
