package dev.heddle.store.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.Digest;
import dev.heddle.store.Counters;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PublicKey;
import dev.heddle.store.SamplePath;
import dev.heddle.store.SecretKey;
import dev.heddle.store.Substituters;
import dev.heddle.store.TrustedKeys;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal G19: of forged, stripped, swapped and downgraded narinfos and of keys of small order none is accepted. */
@Tag("G19")
class ForgedNarInfosTest {

    private static final int COUNT = Integer.getInteger("heddle.store.forgedNarInfos", 500);
    private static final int PATHS = 10;

    /** The order of the group in which Ed25519 signs: a signature plus this number passes a check that forgets to look. */
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private final Random random = new Random(19);
    private final SecretKey key = SecretKey.generate("cache-1", new SecureRandom());
    private final SecretKey impostor = SecretKey.generate("cache-1", new SecureRandom());
    private final SecretKey stranger = SecretKey.generate("stranger", new SecureRandom());
    private final TrustedKeys trusted = TrustedKeys.of(List.of(key.publicKey()));

    @TempDir
    Path dir;

    private enum Forgery {
        STRIPPED,
        BY_IMPOSTOR,
        BY_STRANGER,
        OF_ANOTHER_PATH,
        OF_AN_OLDER_BUILD,
        FLIPPED_BIT,
        GREATER_NUMBER,
        WRONG_LENGTH,
        STRAY_BITS,
        OTHER_HASH,
        OTHER_SIZE,
        REFERENCE_ADDED,
        FALSE_CONTENT_ADDRESS,
        RENAMED_KEY
    }

    @Test
    @Tag("C02")
    @Tag("C03")
    void noneIsAccepted() throws IOException {
        Map<Forgery, Integer> tried = new EnumMap<>(Forgery.class);
        int accepted = 0;
        Path place = dir.resolve("cache");
        try (BinaryCache cache = BinaryCache.builder(place, SamplePath.STORE)
                .compression(Compression.NONE)
                .signedBy(List.of(key))
                .create()
                .open()) {
            List<SamplePath> paths = new ArrayList<>();
            for (int i = 0; i < PATHS; i++) {
                paths.add(SamplePath.ofFile("p", dir, random, 50).built("p" + i));
                cache.add(paths.get(i).info(), paths.get(i).in());
            }
            for (int i = 0; i < COUNT; i++) {
                Forgery forgery = Forgery.values()[i % Forgery.values().length];
                SamplePath path = paths.get(random.nextInt(PATHS));
                Path file = place.resolve(path.path().hashPart() + ".narinfo");
                String genuine = Files.readString(file);
                assertThat(isAccepted(cache, path))
                        .as("%s, as it was written", path.path())
                        .isTrue();
                String forged = forge(forgery, path, paths, genuine);
                assertThat(forged).as("%s", forgery).isNotEqualTo(genuine);
                Files.writeString(file, forged);
                accepted += isAccepted(cache, path) ? 1 : 0;
                tried.merge(forgery, 1, Integer::sum);
                Files.writeString(file, genuine);
            }
        }
        Counters.tell("G19", ForgedNarInfosTest.class, COUNT + " forged narinfos, " + accepted + " accepted " + tried);
        assertThat(accepted).isZero();
        assertThat(tried).hasSize(Forgery.values().length);
    }

    private boolean isAccepted(BinaryCache cache, SamplePath path) {
        return new Substituters(List.of(cache), trusted, line -> {})
                .find(path.path())
                .isPresent();
    }

    private String forge(Forgery forgery, SamplePath path, List<SamplePath> all, String genuine) throws IOException {
        PathInfo info = path.info();
        String signature = key.sign(info).toString();
        return switch (forgery) {
            case STRIPPED -> genuine.replaceFirst("Sig: .*\n", "");
            case BY_IMPOSTOR -> signed(genuine, impostor.sign(info).toString());
            case BY_STRANGER -> signed(genuine, stranger.sign(info).toString());
            case OF_ANOTHER_PATH -> {
                SamplePath other = all.get((all.indexOf(path) + 1 + random.nextInt(PATHS - 1)) % PATHS);
                yield signed(genuine, key.sign(other.info()).toString());
            }
            case OF_AN_OLDER_BUILD -> {
                Digest old = Digest.ofContent(Digest.Algorithm.SHA256, new byte[] {(byte) random.nextInt()});
                PathInfo older = PathInfo.of(info.path(), old, info.narSize(), info.references());
                yield signed(genuine, key.sign(older).toString());
            }
            case FLIPPED_BIT -> {
                byte[] bytes = bytes(signature);
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                yield signed(genuine, text(bytes));
            }
            case GREATER_NUMBER -> signed(genuine, text(plusOrder(bytes(signature))));
            case WRONG_LENGTH -> signed(genuine, text(new byte[random.nextInt(64)]));
            case STRAY_BITS ->
                signed(
                        genuine,
                        signature.replaceFirst("(.)==$", (char) (signature.charAt(signature.length() - 3) + 1) + "=="));
            case OTHER_HASH ->
                genuine.replaceFirst(
                        "NarHash: .*",
                        "NarHash: "
                                + Digest.ofContent(Digest.Algorithm.SHA256, new byte[] {(byte) random.nextInt(), 1}));
            case OTHER_SIZE -> genuine.replaceFirst("NarSize: (.*)", "NarSize: $1" + random.nextInt(10));
            case REFERENCE_ADDED ->
                genuine.replaceFirst(
                        "References: ",
                        "References: " + all.get(random.nextInt(PATHS)).path().baseName());
            case FALSE_CONTENT_ADDRESS -> genuine.replaceFirst("Sig: .*\n", "CA: fixed:r:" + info.narHash() + "\n");
            case RENAMED_KEY -> signed(genuine, signature.replaceFirst("cache-1", "cache-" + (2 + random.nextInt(8))));
        };
    }

    private static String signed(String genuine, String signature) {
        return genuine.replaceFirst("Sig: .*", "Sig: " + signature);
    }

    private static byte[] bytes(String signature) {
        return Base64.getDecoder().decode(signature.substring(signature.indexOf(':') + 1));
    }

    private static String text(byte[] bytes) {
        return "cache-1:" + Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] plusOrder(byte[] signature) {
        byte[] bytes = signature.clone();
        BigInteger number = BigInteger.ZERO;
        for (int i = 63; i >= 32; i--) {
            number = number.shiftLeft(8).or(BigInteger.valueOf(bytes[i] & 0xff));
        }
        number = number.add(ORDER);
        for (int i = 32; i < 64; i++) {
            bytes[i] = number.byteValue();
            number = number.shiftRight(8);
        }
        return bytes;
    }

    @Test
    @Tag("C04")
    void noKeyOfSmallOrderCanBeTrusted() throws IOException {
        // The eight points whose order divides eight, in the form that a key has; KeysTest computes them.
        List<String> points = List.of(
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa");
        int accepted = 0;
        for (String point : points) {
            String text =
                    "weak:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(point));
            try {
                PublicKey.parse(text);
                accepted++;
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("weak");
            }
        }
        Counters.tell(
                "G19-keys",
                ForgedNarInfosTest.class,
                points.size() + " keys of small order, " + accepted + " accepted");
        assertThat(accepted).isZero();
    }
}
