#include "memory.h"

#include "check.h"

struct free_block {
    struct free_block *next;
};

void pool_begin(pool *p, size_t block_bytes)
{
    p->block_bytes = block_bytes < sizeof(struct free_block) ? sizeof(struct free_block) : block_bytes;
    p->free_list = NULL;
    p->live = 0;
    arena_begin(&p->backing);
}

void *pool_take(pool *p)
{
    struct free_block *block = p->free_list;
    p->live++;
    if (block == NULL) {
        return arena_take(&p->backing, p->block_bytes);
    }
    p->free_list = block->next;
    return block;
}

void pool_give(pool *p, void *memory)
{
    struct free_block *block = memory;
    CHECK(p->live > 0);
    block->next = p->free_list;
    p->free_list = block;
    p->live--;
}

void pool_end(pool *p)
{
    arena_end(&p->backing);
    p->free_list = NULL;
}
