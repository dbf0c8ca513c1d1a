/** A front end that builds what CMake, Meson and GN write for ninja, and takes turns with ninja in one directory. */
@org.jspecify.annotations.NullMarked
package dev.heddle.samples.ninja;
