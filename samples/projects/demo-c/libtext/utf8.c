#include "text.h"

int utf8_decode(const char *text, size_t length, uint32_t *character)
{
    const unsigned char *at = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0) {
        return 0;
    }
    int bytes = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : at[0] >> 3 == 30 ? 4 : 0;
    if (bytes == 0 || (size_t)bytes > length) {
        return -1;
    }
    uint32_t value = bytes == 1 ? at[0] : at[0] & (0x7fu >> bytes);
    for (int i = 1; i < bytes; i++) {
        if (at[i] >> 6 != 2) {
            return -1;
        }
        value = value << 6 | (at[i] & 0x3f);
    }
    if (value < least[bytes] || value > 0x10ffff || value >> 11 == 0x1b) {
        return -1;
    }
    *character = value;
    return bytes;
}

void utf8_encode(uint32_t character, buffer *to)
{
    if (character < 0x80) {
        buffer_char(to, (char)character);
    } else if (character < 0x800) {
        buffer_char(to, (char)(0xc0 | character >> 6));
        buffer_char(to, (char)(0x80 | (character & 0x3f)));
    } else if (character < 0x10000) {
        buffer_char(to, (char)(0xe0 | character >> 12));
        buffer_char(to, (char)(0x80 | (character >> 6 & 0x3f)));
        buffer_char(to, (char)(0x80 | (character & 0x3f)));
    } else {
        buffer_char(to, (char)(0xf0 | character >> 18));
        buffer_char(to, (char)(0x80 | (character >> 12 & 0x3f)));
        buffer_char(to, (char)(0x80 | (character >> 6 & 0x3f)));
        buffer_char(to, (char)(0x80 | (character & 0x3f)));
    }
}

size_t utf8_columns(const char *text, size_t length)
{
    size_t columns = 0;
    for (size_t at = 0; at < length; columns++) {
        uint32_t character;
        int bytes = utf8_decode(text + at, length - at, &character);
        at += bytes < 1 ? 1 : (size_t)bytes;
    }
    return columns;
}
