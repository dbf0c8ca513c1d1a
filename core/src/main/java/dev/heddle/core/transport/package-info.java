/** How programs on other machines are reached. Nothing here starts a process. */
package dev.heddle.core.transport;
