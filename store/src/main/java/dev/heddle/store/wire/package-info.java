/** The words and strings that Nix's binary formats and protocols are made of. */
package dev.heddle.store.wire;
