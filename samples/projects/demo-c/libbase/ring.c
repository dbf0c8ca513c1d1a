#include "containers.h"

#include "memory.h"
#include <stdlib.h>

void ring_begin(ring *r, size_t capacity)
{
    r->bytes = must_allocate(capacity);
    r->capacity = capacity;
    r->start = 0;
    r->length = 0;
}

size_t ring_write(ring *r, const void *from, size_t bytes)
{
    const unsigned char *source = from;
    size_t room = r->capacity - r->length;
    size_t taken = bytes < room ? bytes : room;
    for (size_t i = 0; i < taken; i++) {
        r->bytes[(r->start + r->length + i) % r->capacity] = source[i];
    }
    r->length += taken;
    return taken;
}

size_t ring_read(ring *r, void *to, size_t bytes)
{
    unsigned char *target = to;
    size_t given = bytes < r->length ? bytes : r->length;
    for (size_t i = 0; i < given; i++) {
        target[i] = r->bytes[(r->start + i) % r->capacity];
    }
    r->start = (r->start + given) % r->capacity;
    r->length -= given;
    return given;
}

void ring_end(ring *r)
{
    free(r->bytes);
    *r = (ring){0};
}
