/** What happens in a build, as values. {@link dev.heddle.core.event.BuildEvent} is the way in. */
package dev.heddle.core.event;
