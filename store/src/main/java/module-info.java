/** Verified, content-addressed trees in the formats of Nix. */
@org.jspecify.annotations.NullMarked
module dev.heddle.store {
    requires transitive dev.heddle.core;
    requires com.fasterxml.jackson.core;
    requires com.github.luben.zstd_jni;
    requires java.sql;
    requires org.apache.commons.compress;
    requires org.tukaani.xz;
    requires org.xerial.sqlitejdbc;
    requires static org.jspecify;

    exports dev.heddle.store;
    exports dev.heddle.store.cache;
    exports dev.heddle.store.disk;
    exports dev.heddle.store.local;
    exports dev.heddle.store.nar;
    exports dev.heddle.store.open;
    exports dev.heddle.store.wire;
}
