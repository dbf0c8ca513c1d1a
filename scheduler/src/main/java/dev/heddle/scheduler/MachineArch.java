package dev.heddle.scheduler;

import java.util.Locale;

/** Names of machine architectures: what {@code uname -m}, Java, OpenBSD and Debian call the same thing. */
final class MachineArch {

    private MachineArch() {}

    /** One name for all names of an architecture, OpenBSD's where it has one; an unknown name in small letters. */
    static String canonical(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        return switch (small) {
            case "x86_64", "x64", "amd64", "x86-64" -> "amd64";
            case "i386", "i486", "i586", "i686", "x86", "i86pc" -> "i386";
            case "aarch64", "arm64" -> "arm64";
            case "arm", "armv6l", "armv7", "armv7l", "armv8l", "armhf", "armel" -> "arm";
            case "powerpc64le", "ppc64le", "ppc64el" -> "ppc64le";
            case "powerpc64", "ppc64" -> "powerpc64";
            case "powerpc", "ppc", "macppc" -> "powerpc";
            case "sparc64", "sparcv9" -> "sparc64";
            default -> small;
        };
    }
}
