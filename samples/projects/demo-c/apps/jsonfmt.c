/* jsonfmt [-i WIDTH] [-p PATH] [FILE]: checks JSON and prints it evenly, or only what is at a path. */
#include "json.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    option options[] = {{'i', "WIDTH", "indent by this many blanks (2)", NULL}, {'p', "PATH", "print what is at a.b.0.c", NULL}};
    int at = options_read(options, 2, argc, argv);
    if (at < 0) {
        return 2;
    }
    const char *name = at < argc ? argv[at] : "-";
    buffer text = {0}, shown = {0};
    arena memory;
    json_error error;
    arena_begin(&memory);
    if (!read_named(name, &text)) {
        perror(name);
        return 2;
    }
    const json *value = json_read(text.text, text.length, &memory, &error);
    if (value == NULL) {
        fprintf(stderr, "%s:%zu:%zu: %s\n", name, error.line, error.column, error.message);
        return 1;
    }
    value = options[1].value == NULL ? value : json_at(value, options[1].value);
    if (value != NULL) {
        json_write(value, options[0].value == NULL ? 2 : atoi(options[0].value), &shown);
        puts(shown.text);
    }
    arena_end(&memory);
    buffer_free(&text);
    buffer_free(&shown);
    return value == NULL;
}
