package dev.heddle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    private static final PathInfo INFO = PathInfo.of(
            StorePath.parse("/nix/store/9xihpalydimads2iv81zbya54ykbkjlh-trivial"),
            Digest.parse("sha256:1xmr8jicvzszfzpz46g37mlpvbzjl2wpwvl2b05psipssyp1sm8h"),
            120,
            List.of());

    private final SecretKey key = SecretKey.generate("cache-1", new SecureRandom());

    @Test
    void aKeyIsReadAsItIsWritten() {
        SecretKey read = SecretKey.parse(key.secretText());
        assertThat(read.secretText()).isEqualTo(key.secretText());
        assertThat(read.publicKey()).isEqualTo(key.publicKey());
        assertThat(PublicKey.parse(key.publicKey().toString())).isEqualTo(key.publicKey());
        assertThat(PathSignature.parse(key.sign(INFO).toString())).isEqualTo(key.sign(INFO));
    }

    @Test
    @Tag("C16")
    void aSecretIsNotShown() {
        assertThat(key.toString()).isEqualTo("secret key 'cache-1'");
        String damaged = key.secretText().substring(0, key.secretText().length() - 12) + "AAAAAAAAAA==";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretKey.parse(damaged))
                .withMessageContaining("two halves")
                .withMessageNotContaining(damaged.substring(10, 40));
    }

    @Test
    void onlyWhatWasSignedIsBelieved() {
        PathInfo signed = INFO.withSignatures(List.of(key.sign(INFO)));
        TrustedKeys trusted = TrustedKeys.of(List.of(key.publicKey()));
        assertThat(trusted.vouchFor(signed)).isTrue();
        assertThat(trusted.vouchFor(INFO)).isFalse();
        assertThat(TrustedKeys.of(List.of()).vouchFor(signed)).isFalse();
        SecretKey stranger = SecretKey.generate("cache-1", new SecureRandom());
        assertThat(TrustedKeys.of(List.of(stranger.publicKey())).vouchFor(signed))
                .isFalse();
        PathInfo other = PathInfo.of(INFO.path(), INFO.narHash(), 128, INFO.references());
        assertThat(trusted.vouchFor(other.withSignatures(signed.signatures()))).isFalse();
        PathInfo more = PathInfo.of(INFO.path(), INFO.narHash(), 120, List.of(INFO.path()));
        assertThat(trusted.vouchFor(more.withSignatures(signed.signatures()))).isFalse();
    }

    @Test
    void twoKeysWithOneNameAreRefused() {
        SecretKey other = SecretKey.generate("cache-1", new SecureRandom());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedKeys.of(List.of(key.publicKey(), other.publicKey())))
                .withMessageContaining("cache-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "x", "x:", "x:AAAA", ":AAAA", "a b:AAAA", "x:?", "\n:AAAA", "x:AAAA:AAAA"})
    void whatIsNoKeyIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PublicKey.parse(text));
        assertThatIllegalArgumentException().isThrownBy(() -> SecretKey.parse(text));
        assertThatIllegalArgumentException().isThrownBy(() -> PathSignature.parse(text));
    }

    @Test
    void everyPointOfSmallOrderIsRefusedAsAKey() {
        List<BigInteger> ordinates = smallOrderOrdinates();
        assertThat(ordinates).hasSize(5);
        for (BigInteger y : ordinates) {
            for (int sign = 0; sign <= 1; sign++) {
                String text = "weak:" + Base64.getEncoder().encodeToString(encoded(y, sign));
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> PublicKey.parse(text))
                        .withMessageContaining("weak");
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublicKey.parse(
                        "long:" + Base64.getEncoder().encodeToString(encoded(Curve.P.add(BigInteger.TWO), 0))))
                .withMessageContaining("weak");
    }

    private static byte[] encoded(BigInteger y, int sign) {
        byte[] bytes = new byte[32];
        byte[] big = y.toByteArray();
        for (int i = 0; i < Math.min(32, big.length); i++) {
            bytes[i] = big[big.length - 1 - i];
        }
        bytes[31] |= (byte) (sign << 7);
        return bytes;
    }

    /** The curve of RFC 8032, slowly: finds the points that eight times themselves are the neutral one. */
    private record Curve(BigInteger x, BigInteger y) {
        static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
        static final BigInteger D = BigInteger.valueOf(-121665)
                .multiply(BigInteger.valueOf(121666).modInverse(P))
                .mod(P);
        static final BigInteger ORDER =
                BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        static final Curve NEUTRAL = new Curve(BigInteger.ZERO, BigInteger.ONE);

        Curve plus(Curve other) {
            BigInteger xy = x.multiply(other.y).add(other.x.multiply(y));
            BigInteger yx = y.multiply(other.y).add(x.multiply(other.x));
            BigInteger k = D.multiply(x)
                    .multiply(other.x)
                    .multiply(y)
                    .multiply(other.y)
                    .mod(P);
            return new Curve(
                    xy.multiply(BigInteger.ONE.add(k).modInverse(P)).mod(P),
                    yx.multiply(BigInteger.ONE.subtract(k).modInverse(P)).mod(P));
        }

        Curve times(BigInteger factor) {
            Curve sum = NEUTRAL;
            for (int i = factor.bitLength() - 1; i >= 0; i--) {
                sum = sum.plus(sum);
                sum = factor.testBit(i) ? sum.plus(this) : sum;
            }
            return sum;
        }
    }

    /** A random point times the large prime order lies in the group of eight; one of order eight gives them all. */
    private static List<BigInteger> smallOrderOrdinates() {
        List<BigInteger> ordinates = new ArrayList<>();
        for (BigInteger y = BigInteger.TWO; ordinates.size() < 5; y = y.add(BigInteger.ONE)) {
            BigInteger square = y.pow(2);
            BigInteger u = square.subtract(BigInteger.ONE);
            BigInteger v = Curve.D.multiply(square).add(BigInteger.ONE);
            BigInteger xx = u.multiply(v.modInverse(Curve.P)).mod(Curve.P);
            BigInteger x = xx.modPow(Curve.P.add(BigInteger.valueOf(3)).shiftRight(3), Curve.P);
            if (!x.pow(2).mod(Curve.P).equals(xx)) {
                x = x.multiply(BigInteger.TWO.modPow(
                                Curve.P.subtract(BigInteger.ONE).shiftRight(2), Curve.P))
                        .mod(Curve.P);
            }
            if (x.pow(2).mod(Curve.P).equals(xx)) {
                ordinates.clear();
                Curve small = new Curve(x, y).times(Curve.ORDER);
                for (int i = 0; i < 8; i++) {
                    BigInteger found = small.times(BigInteger.valueOf(i)).y();
                    if (!ordinates.contains(found)) {
                        ordinates.add(found);
                    }
                }
            }
        }
        return ordinates;
    }
}
