#include "containers.h"

#include "check.h"
#include "memory.h"
#include <stdlib.h>
#include <string.h>

static void make_room(vec *v)
{
    if (v->count == v->capacity) {
        v->capacity = v->capacity == 0 ? 8 : v->capacity * 2;
        v->items = must_resize(v->items, v->capacity * sizeof *v->items);
    }
}

void vec_push(vec *v, void *item)
{
    make_room(v);
    v->items[v->count++] = item;
}

void *vec_pop(vec *v)
{
    return v->count == 0 ? NULL : v->items[--v->count];
}

void vec_insert(vec *v, size_t at, void *item)
{
    CHECK(at <= v->count);
    make_room(v);
    memmove(v->items + at + 1, v->items + at, (v->count - at) * sizeof *v->items);
    v->items[at] = item;
    v->count++;
}

void *vec_remove(vec *v, size_t at)
{
    CHECK(at < v->count);
    void *item = v->items[at];
    v->count--;
    memmove(v->items + at, v->items + at + 1, (v->count - at) * sizeof *v->items);
    return item;
}

void vec_free(vec *v)
{
    free(v->items);
    *v = (vec){0};
}
