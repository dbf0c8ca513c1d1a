#include "files.h"

#include "memory.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void make_room(buffer *b, size_t more)
{
    size_t needed = b->length + more + 1;
    if (needed > b->capacity) {
        b->capacity = needed * 2;
        b->text = must_resize(b->text, b->capacity);
    }
}

void buffer_add(buffer *b, const char *text, size_t length)
{
    make_room(b, length);
    memcpy(b->text + b->length, text, length);
    b->length += length;
    b->text[b->length] = '\0';
}

void buffer_text(buffer *b, const char *text)
{
    buffer_add(b, text, strlen(text));
}

void buffer_char(buffer *b, char c)
{
    buffer_add(b, &c, 1);
}

void buffer_format(buffer *b, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int length = vsnprintf(NULL, 0, format, values);
    va_end(values);
    make_room(b, (size_t)length);
    va_start(values, format);
    vsnprintf(b->text + b->length, (size_t)length + 1, format, values);
    va_end(values);
    b->length += (size_t)length;
}

void buffer_free(buffer *b)
{
    free(b->text);
    *b = (buffer){0};
}
