/** Where jobs run. {@link dev.heddle.scheduler.host.Hosts} is the way in; a new kind of host is a {@link HostBackend}. */
package dev.heddle.scheduler.host;
