#include "text.h"

#include <string.h>

enum { COLUMNS = 32 };

typedef struct table {
    size_t widths[COLUMNS];
    buffer *to;
} table;

static size_t cell_end(const char *line, size_t length)
{
    const char *tab = memchr(line, '\t', length);
    return tab == NULL ? length : (size_t)(tab - line);
}

static void measure(const char *line, size_t length, void *context)
{
    table *t = context;
    for (size_t column = 0; column < COLUMNS; column++) {
        size_t cell = cell_end(line, length);
        size_t width = utf8_columns(line, cell);
        t->widths[column] = width > t->widths[column] ? width : t->widths[column];
        if (cell == length) {
            return;
        }
        line += cell + 1;
        length -= cell + 1;
    }
}

static void print(const char *line, size_t length, void *context)
{
    table *t = context;
    for (size_t column = 0; column < COLUMNS; column++) {
        size_t cell = cell_end(line, length);
        buffer_add(t->to, line, cell);
        if (cell == length) {
            break;
        }
        size_t width = t->widths[column];
        buffer_format(t->to, "%*s", (int)(width - utf8_columns(line, cell) + 2), "");
        line += cell + 1;
        length -= cell + 1;
    }
    buffer_char(t->to, '\n');
}

void align_table(const char *text, buffer *to)
{
    table t = {.to = to};
    each_line(text, strlen(text), measure, &t);
    each_line(text, strlen(text), print, &t);
}
