#include "containers.h"

static void swap(heap *h, size_t a, size_t b)
{
    void *item = h->items.items[a];
    h->items.items[a] = h->items.items[b];
    h->items.items[b] = item;
}

void heap_push(heap *h, void *item)
{
    vec_push(&h->items, item);
    size_t at = h->items.count - 1;
    while (at > 0 && h->before(h->items.items[at], h->items.items[(at - 1) / 2])) {
        swap(h, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

/* Written with an int on purpose: the compiler's warning about it is part of what the demo shows. */
static void sink(heap *h, int at)
{
    for (;;) {
        int best = at;
        for (int child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < h->items.count && h->before(h->items.items[child], h->items.items[best])) {
                best = child;
            }
        }
        if (best == at) {
            return;
        }
        swap(h, (size_t)best, (size_t)at);
        at = best;
    }
}

void *heap_pop(heap *h)
{
    if (h->items.count == 0) {
        return NULL;
    }
    swap(h, 0, h->items.count - 1);
    void *first = vec_pop(&h->items);
    sink(h, 0);
    return first;
}

void heap_free(heap *h)
{
    vec_free(&h->items);
}
