/** What the commands of the launcher share: exit codes, the form of errors, options for output, interruption. */
package dev.heddle.samples.cli;
