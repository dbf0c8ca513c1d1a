#include "memory.h"

#include <stdio.h>
#include <stdlib.h>

static void *or_stop(void *memory, size_t bytes)
{
    if (memory == NULL && bytes > 0) {
        fprintf(stderr, "no memory left for %zu bytes\n", bytes);
        exit(2);
    }
    return memory;
}

void *must_allocate(size_t bytes)
{
    return or_stop(malloc(bytes), bytes);
}

void *must_resize(void *old, size_t bytes)
{
    return or_stop(realloc(old, bytes), bytes);
}
