/** The build graph, events, processes, and the ports at which Heddle's modules meet. */
@SuppressWarnings("module") // the module that json is exported to is compiled later
@org.jspecify.annotations.NullMarked
module dev.heddle.core {
    requires com.fasterxml.jackson.core;
    requires com.google.common;
    requires org.apache.commons.exec;
    requires static org.jspecify;

    exports dev.heddle.core;
    exports dev.heddle.core.derivation;
    exports dev.heddle.core.event;
    exports dev.heddle.core.json to
            dev.heddle.logmux,
            dev.heddle.scheduler,
            dev.heddle.store;
    exports dev.heddle.core.process;
    exports dev.heddle.core.transport;
}
