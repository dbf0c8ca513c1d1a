#include "text.h"

#include <string.h>

void each_line(const char *text, size_t length, void (*each)(const char *, size_t, void *), void *context)
{
    const char *end = text + length;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((stop == NULL ? end : stop) - text);
        each(text, line, context);
        text += line + 1;
    }
}
