#include "containers.h"

#include "memory.h"
#include <stdlib.h>
#include <string.h>

static void merge(void **items, void **space, size_t middle, size_t count, compare by)
{
    size_t left = 0, right = middle, to = 0;
    while (left < middle && right < count) {
        space[to++] = by(items[left], items[right]) <= 0 ? items[left++] : items[right++];
    }
    while (left < middle) {
        space[to++] = items[left++];
    }
    memcpy(items, space, to * sizeof *items);
}

static void sort_with(void **items, void **space, size_t count, compare by)
{
    if (count < 2) {
        return;
    }
    size_t middle = count / 2;
    sort_with(items, space, middle, by);
    sort_with(items + middle, space, count - middle, by);
    merge(items, space, middle, count, by);
}

void sort_items(void **items, size_t count, compare by)
{
    void **space = must_allocate(count * sizeof *space);
    sort_with(items, space, count, by);
    free(space);
}
