#include "numbers.h"

/* FNV-1a with 64 bits. */
uint64_t hash_bytes(const void *bytes, size_t length)
{
    const unsigned char *from = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ from[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}
