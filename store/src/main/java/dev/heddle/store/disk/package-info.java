/**
 * Every file operation of the store, behind an interface, so that each can be made to fail and a power cut can come after
 * any. File names are bytes here.
 */
@org.jspecify.annotations.NullMarked
package dev.heddle.store.disk;
