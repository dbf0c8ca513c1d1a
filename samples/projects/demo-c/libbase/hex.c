#include "files.h"

void encode_hex(const void *bytes, size_t length, buffer *to)
{
    const unsigned char *from = bytes;
    for (size_t i = 0; i < length; i++) {
        buffer_format(to, "%02x", from[i]);
    }
}

static int value_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool decode_hex(const char *text, size_t length, buffer *to)
{
    if (length % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < length; i += 2) {
        int high = value_of(text[i]), low = value_of(text[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        buffer_char(to, (char)(high * 16 + low));
    }
    return true;
}
