/* words [-t COUNT] [FILE]: the words that occur most often. */
#include "containers.h"
#include "files.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct word {
    const char *text;
    uintptr_t count;
} word;

static bool more_often(const void *a, const void *b)
{
    const word *x = a, *y = b;
    return x->count > y->count || (x->count == y->count && strcmp(x->text, y->text) < 0);
}

static void count_words(char *text, map *counts)
{
    while (*text != '\0') {
        char *start = text;
        while (isalpha((unsigned char)*text)) {
            *text = (char)tolower((unsigned char)*text);
            text++;
        }
        char after = *text;
        *text = '\0';
        if (text > start) {
            map_put(counts, start, (void *)((uintptr_t)map_get(counts, start) + 1));
        }
        *text = after;
        text += after != '\0';
    }
}

int main(int argc, char **argv)
{
    option options[] = {{'t', "COUNT", "print this many (10)", NULL}};
    int at = options_read(options, 1, argc, argv);
    buffer text = {0};
    if (at < 0 || !read_named(at < argc ? argv[at] : "-", &text)) {
        return 2;
    }
    map counts = {0};
    heap order = {.before = more_often};
    size_t place = 0;
    const char *key;
    void *value;
    count_words(text.text, &counts);
    while (map_next(&counts, &place, &key, &value)) {
        word *w = malloc(sizeof *w);
        if (w == NULL) {
            return 2;
        }
        *w = (word){key, (uintptr_t)value};
        heap_push(&order, w);
    }
    word *w;
    for (int left = options[0].value == NULL ? 10 : atoi(options[0].value); (w = heap_pop(&order)) != NULL; left--) {
        if (left > 0) {
            printf("%6zu  %s\n", (size_t)w->count, w->text);
        }
        free(w);
    }
    heap_free(&order);
    map_free(&counts);
    buffer_free(&text);
    return 0;
}
