#include "files.h"

#include <stdint.h>
#include <string.h>

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void encode_base64(const void *bytes, size_t length, buffer *to)
{
    const unsigned char *from = bytes;
    for (size_t i = 0; i < length; i += 3) {
        uint32_t group = (uint32_t)from[i] << 16;
        group |= i + 1 < length ? (uint32_t)from[i + 1] << 8 : 0;
        group |= i + 2 < length ? from[i + 2] : 0;
        buffer_char(to, ALPHABET[group >> 18]);
        buffer_char(to, ALPHABET[group >> 12 & 63]);
        buffer_char(to, i + 1 < length ? ALPHABET[group >> 6 & 63] : '=');
        buffer_char(to, i + 2 < length ? ALPHABET[group & 63] : '=');
    }
}

bool decode_base64(const char *text, size_t length, buffer *to)
{
    if (length % 4 != 0) {
        return false;
    }
    for (size_t i = 0; i < length; i += 4) {
        uint32_t group = 0;
        int padding = 0;
        for (size_t j = 0; j < 4; j++) {
            const char *place = text[i + j] == '\0' ? NULL : strchr(ALPHABET, text[i + j]);
            if (text[i + j] == '=' && i + 4 == length && j >= 2) {
                padding++;
            } else if (place == NULL || padding > 0) {
                return false;
            }
            group = group << 6 | (place == NULL ? 0 : (uint32_t)(place - ALPHABET));
        }
        for (int j = 0; j < 3 - padding; j++) {
            buffer_char(to, (char)(group >> (16 - 8 * j) & 0xff));
        }
    }
    return true;
}
