#include "numbers.h"

#include "crc_table.h"

uint32_t crc32_of(const void *bytes, size_t length)
{
    const unsigned char *from = bytes;
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < length; i++) {
        crc = crc_table[(crc ^ from[i]) & 0xff] ^ crc >> 8;
    }
    return crc ^ 0xffffffffu;
}
