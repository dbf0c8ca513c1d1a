package dev.heddle.store.disk;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Permission bits as numbers and as the JDK has them. */
final class SystemModes {

    /** From the highest bit, 0400, to the lowest. */
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OWNER_READ,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_EXECUTE
    };

    private SystemModes() {}

    static Set<PosixFilePermission> of(int mode) {
        if ((mode & ~0777) != 0) {
            throw new IllegalArgumentException("a mode is 0 to 0777, not 0" + Integer.toOctalString(mode));
        }
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < BITS.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                set.add(BITS[i]);
            }
        }
        return set;
    }

    static int bits(Set<PosixFilePermission> set) {
        int mode = 0;
        for (int i = 0; i < BITS.length; i++) {
            if (set.contains(BITS[i])) {
                mode |= 0400 >> i;
            }
        }
        return mode;
    }

    static FileAttribute<Set<PosixFilePermission>> attribute(int mode) {
        return PosixFilePermissions.asFileAttribute(of(mode));
    }
}
