/** Verified, content-addressed trees in the formats of Nix. */
@org.jspecify.annotations.NullMarked
module dev.heddle.store {
    requires transitive dev.heddle.core;
    requires static org.jspecify;

    exports dev.heddle.store.nar;
}
