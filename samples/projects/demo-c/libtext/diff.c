#include "text.h"

#include "containers.h"
#include "memory.h"
#include <stdlib.h>
#include <string.h>

typedef struct lines {
    vec texts;
    arena memory;
} lines;

static void collect(const char *line, size_t length, void *context)
{
    lines *l = context;
    vec_push(&l->texts, arena_copy_text(&l->memory, line, length));
}

static lines split(const char *text)
{
    lines l = {0};
    arena_begin(&l.memory);
    each_line(text, strlen(text), collect, &l);
    return l;
}

static bool same(const lines *a, size_t i, const lines *b, size_t j)
{
    return strcmp(a->texts.items[i], b->texts.items[j]) == 0;
}

/* common[i * width + j] is the length of the longest common sequence of the lines from i and from j. */
static size_t *common_lengths(const lines *a, const lines *b)
{
    size_t rows = a->texts.count + 1, width = b->texts.count + 1;
    size_t *common = must_allocate(rows * width * sizeof *common);
    memset(common, 0, rows * width * sizeof *common);
    for (size_t i = rows - 1; i-- > 0;) {
        for (size_t j = width - 1; j-- > 0;) {
            size_t down = common[(i + 1) * width + j], right = common[i * width + j + 1];
            common[i * width + j] = same(a, i, b, j) ? common[(i + 1) * width + j + 1] + 1 : down > right ? down : right;
        }
    }
    return common;
}

size_t diff_lines(const char *before, const char *after, buffer *to)
{
    lines a = split(before), b = split(after);
    size_t *common = common_lengths(&a, &b);
    size_t width = b.texts.count + 1, i = 0, j = 0, differing = 0;
    while (i < a.texts.count || j < b.texts.count) {
        bool both = i < a.texts.count && j < b.texts.count;
        if (both && same(&a, i, &b, j)) {
            buffer_format(to, "  %s\n", (char *)a.texts.items[i++]);
            j++;
        } else if (j >= b.texts.count || (both && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            buffer_format(to, "- %s\n", (char *)a.texts.items[i++]);
            differing++;
        } else {
            buffer_format(to, "+ %s\n", (char *)b.texts.items[j++]);
            differing++;
        }
    }
    free(common);
    vec_free(&a.texts);
    vec_free(&b.texts);
    arena_end(&a.memory);
    arena_end(&b.memory);
    return differing;
}
