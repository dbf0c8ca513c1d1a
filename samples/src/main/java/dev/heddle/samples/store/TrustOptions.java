package dev.heddle.samples.store;

import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.PublicKey;
import dev.heddle.store.TrustedKeys;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that says whose signatures are believed. */
final class TrustOptions {

    @Option(
            names = "--trusted-key",
            paramLabel = "NAME:KEY",
            description = "A public key whose signatures are believed. What is fetched needs one, but for content that"
                    + " names itself. May be given more than once.")
    private List<String> keys = List.of();

    TrustOptions() {}

    /**
     * The keys.
     *
     * @throws UserError if one is no public key
     */
    TrustedKeys trusted() {
        List<PublicKey> trusted = new ArrayList<>();
        try {
            for (String key : keys) {
                trusted.add(PublicKey.parse(key.strip()));
            }
            return TrustedKeys.of(trusted);
        } catch (IllegalArgumentException e) {
            throw new UserError("--trusted-key", Printable.oneLine(String.valueOf(e.getMessage())), null);
        }
    }
}
