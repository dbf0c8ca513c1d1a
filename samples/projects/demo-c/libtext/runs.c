#include "text.h"

void run_lengths(const char *text, buffer *to)
{
    while (*text != '\0') {
        size_t length = 1;
        while (text[length] == *text) {
            length++;
        }
        if (length > 1) {
            buffer_format(to, "%zu", length);
        }
        buffer_char(to, *text);
        text += length;
    }
}
