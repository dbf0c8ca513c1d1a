/* seek [-g] [-n] PATTERN [FILE]: prints the lines that match a pattern, or with -g a glob. */
#include "text.h"

#include <string.h>

typedef struct search {
    const char *pattern;
    bool glob, numbered;
    size_t line, found;
} search;

static void look(const char *text, size_t length, void *context)
{
    search *s = context;
    buffer line = {0};
    size_t start, end;
    buffer_add(&line, text, length);
    s->line++;
    if (s->glob ? glob_matches(s->pattern, line.text) : pattern_find(s->pattern, line.text, &start, &end)) {
        s->found++;
        if (s->numbered) {
            printf("%zu:", s->line);
        }
        puts(line.text);
    }
    buffer_free(&line);
}

int main(int argc, char **argv)
{
    option options[] = {{'g', NULL, "the pattern is a glob over the whole line", NULL}, {'n', NULL, "print line numbers", NULL}};
    int at = options_read(options, 2, argc, argv);
    if (at < 0 || at >= argc) {
        fputs("a pattern is missing\n", stderr);
        return 2;
    }
    search s = {argv[at], options[0].value != NULL, options[1].value != NULL, 0, 0};
    buffer text = {0};
    if (!read_named(at + 1 < argc ? argv[at + 1] : "-", &text)) {
        perror(argv[at + 1]);
        return 2;
    }
    each_line(text.text, text.length, look, &s);
    buffer_free(&text);
    return s.found == 0;
}
