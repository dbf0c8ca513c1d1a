/* columns [-c] [FILE]: lines up cells parted by tabs, or with -c by commas. */
#include "records.h"
#include "text.h"

static void from_csv(const buffer *text, buffer *to)
{
    arena memory;
    size_t at = 0, read;
    vec fields = {0};
    arena_begin(&memory);
    while ((read = csv_record(text->text + at, text->length - at, &memory, &fields)) > 0) {
        for (size_t i = 0; i < fields.count; i++) {
            buffer_text(to, i > 0 ? "\t" : "");
            buffer_text(to, fields.items[i]);
        }
        buffer_char(to, '\n');
        fields.count = 0;
        at += read;
    }
    vec_free(&fields);
    arena_end(&memory);
}

int main(int argc, char **argv)
{
    option options[] = {{'c', NULL, "cells are parted by commas", NULL}};
    int at = options_read(options, 1, argc, argv);
    buffer text = {0}, cells = {0}, shown = {0};
    if (at < 0 || !read_named(at < argc ? argv[at] : "-", &text)) {
        return 2;
    }
    if (options[0].value != NULL) {
        from_csv(&text, &cells);
    } else {
        buffer_add(&cells, text.text, text.length);
    }
    align_table(cells.text, &shown);
    fputs(shown.text == NULL ? "" : shown.text, stdout);
    buffer_free(&text);
    buffer_free(&cells);
    buffer_free(&shown);
    return 0;
}
