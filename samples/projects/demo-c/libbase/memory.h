/* Memory in bulk: an arena that is freed at once, and a pool of blocks of one size. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

typedef struct arena {
    struct arena_block *newest;
    size_t used_bytes;
} arena;

void arena_begin(arena *a);
void *arena_take(arena *a, size_t bytes);
char *arena_copy_text(arena *a, const char *text, size_t length);
void arena_end(arena *a);

typedef struct pool {
    size_t block_bytes;
    void *free_list;
    arena backing;
    size_t live;
} pool;

void pool_begin(pool *p, size_t block_bytes);
void *pool_take(pool *p);
void pool_give(pool *p, void *block);
void pool_end(pool *p);

/* Like malloc and realloc, but a program that has no memory left says so and stops. */
void *must_allocate(size_t bytes);
void *must_resize(void *old, size_t bytes);

#endif
