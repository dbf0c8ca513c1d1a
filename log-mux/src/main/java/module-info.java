/** Keeps the output of many concurrent jobs apart: live, grouped, and recorded. */
@SuppressWarnings("requires-automatic") // re2j names no module
@org.jspecify.annotations.NullMarked
module dev.heddle.logmux {
    requires transitive dev.heddle.core;
    requires org.jline.nativ;
    requires org.jline.terminal;
    requires re2j;
    requires static org.jspecify;

    exports dev.heddle.logmux;
    exports dev.heddle.logmux.console;
    exports dev.heddle.logmux.sink;
    exports dev.heddle.logmux.wire;
}
