#include "records.h"

#include "text.h"
#include <ctype.h>
#include <string.h>

typedef struct state {
    arena *memory;
    map *values;
    buffer section;
    size_t line, bad;
} state;

static const char *trimmed(state *s, const char *text, size_t length)
{
    while (length > 0 && isspace((unsigned char)text[0])) {
        text++;
        length--;
    }
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        length--;
    }
    return arena_copy_text(s->memory, text, length);
}

static void read_line(const char *text, size_t length, void *context)
{
    state *s = context;
    const char *line = trimmed(s, text, length), *equals = strchr(line, '=');
    size_t end = strlen(line);
    s->line++;
    if (end == 0 || *line == '#' || *line == ';') {
        return;
    }
    if (*line == '[' && line[end - 1] == ']') {
        buffer_free(&s->section);
        buffer_add(&s->section, line + 1, end - 2);
    } else if (equals != NULL) {
        buffer key = {0};
        const char *name = trimmed(s, line, (size_t)(equals - line));
        buffer_format(&key, "%s%s%s", s->section.length > 0 ? s->section.text : "", s->section.length > 0 ? "." : "", name);
        map_put(s->values, key.text, (void *)trimmed(s, equals + 1, strlen(equals + 1)));
        buffer_free(&key);
    } else if (s->bad == 0) {
        s->bad = s->line;
    }
}

size_t ini_read(const char *text, arena *memory, map *values)
{
    state s = {.memory = memory, .values = values};
    each_line(text, strlen(text), read_line, &s);
    buffer_free(&s.section);
    return s.bad;
}
