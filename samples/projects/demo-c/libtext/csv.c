#include "records.h"

#include <string.h>

size_t csv_record(const char *text, size_t length, arena *memory, vec *fields)
{
    size_t at = 0;
    buffer field = {0};
    if (length == 0) {
        return 0;
    }
    for (;;) {
        bool quoted = at < length && text[at] == '"';
        buffer_text(&field, "");
        at += quoted;
        while (at < length && (quoted || (text[at] != ',' && text[at] != '\n'))) {
            if (quoted && text[at] == '"') {
                at++;
                if (at >= length || text[at] != '"') {
                    quoted = false;
                    continue;
                }
            }
            buffer_char(&field, text[at++]);
        }
        vec_push(fields, arena_copy_text(memory, field.text, field.length));
        buffer_free(&field);
        if (at >= length || text[at++] == '\n') {
            return at;
        }
    }
}

void csv_field(const char *field, buffer *to)
{
    if (strpbrk(field, ",\"\n") == NULL) {
        buffer_text(to, field);
        return;
    }
    buffer_char(to, '"');
    for (; *field != '\0'; field++) {
        buffer_text(to, *field == '"' ? "\"" : "");
        buffer_char(to, *field);
    }
    buffer_char(to, '"');
}
