#include "memory.h"

#include "check.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, ALIGN = 16 };

struct arena_block {
    struct arena_block *older;
    size_t size, used;
    _Alignas(ALIGN) unsigned char bytes[];
};

void arena_begin(arena *a)
{
    a->newest = NULL;
    a->used_bytes = 0;
}

static struct arena_block *grow(arena *a, size_t bytes)
{
    size_t size = bytes > BLOCK ? bytes : BLOCK;
    struct arena_block *block = must_allocate(sizeof *block + size);
    block->older = a->newest;
    block->size = size;
    block->used = 0;
    a->newest = block;
    return block;
}

void *arena_take(arena *a, size_t bytes)
{
    size_t rounded = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    struct arena_block *block = a->newest;
    if (block == NULL || block->size - block->used < rounded) {
        block = grow(a, rounded);
    }
    void *result = block->bytes + block->used;
    block->used += rounded;
    a->used_bytes += rounded;
    CHECK(block->used <= block->size);
    return result;
}

char *arena_copy_text(arena *a, const char *text, size_t length)
{
    char *copy = arena_take(a, length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void arena_end(arena *a)
{
    while (a->newest != NULL) {
        struct arena_block *block = a->newest;
        a->newest = block->older;
        free(block);
    }
    a->used_bytes = 0;
}
