/** Runs a build graph on hosts. {@link dev.heddle.scheduler.Scheduler} is the way in. */
@org.jspecify.annotations.NullMarked
module dev.heddle.scheduler {
    requires transitive dev.heddle.core;
    requires java.management;
    requires static org.jspecify;

    exports dev.heddle.scheduler;
    exports dev.heddle.scheduler.host;

    uses dev.heddle.scheduler.host.HostProvider;
}
