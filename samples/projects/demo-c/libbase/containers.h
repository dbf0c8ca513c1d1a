/* Containers that own their storage but never what is put into them. */
#ifndef BASE_CONTAINERS_H
#define BASE_CONTAINERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vec {
    void **items;
    size_t count, capacity;
} vec;

void vec_push(vec *v, void *item);
void *vec_pop(vec *v);
void vec_insert(vec *v, size_t at, void *item);
void *vec_remove(vec *v, size_t at);
void vec_free(vec *v);

/* Keys are copied; a lookup is by content. */
typedef struct map {
    struct map_slot *slots;
    size_t count, capacity;
} map;

void map_put(map *m, const char *key, void *value);
void *map_get(const map *m, const char *key);
bool map_has(const map *m, const char *key);
bool map_drop(map *m, const char *key);
/* Walks over all entries: start with *place 0, false at the end. */
bool map_next(const map *m, size_t *place, const char **key, void **value);
void map_free(map *m);

/* The item for which before(x, y) holds against all others comes out first. */
typedef struct heap {
    vec items;
    bool (*before)(const void *, const void *);
} heap;

void heap_push(heap *h, void *item);
void *heap_pop(heap *h);
void heap_free(heap *h);

typedef struct ring {
    unsigned char *bytes;
    size_t capacity, start, length;
} ring;

void ring_begin(ring *r, size_t capacity);
size_t ring_write(ring *r, const void *from, size_t bytes);
size_t ring_read(ring *r, void *to, size_t bytes);
void ring_end(ring *r);

typedef struct bitset {
    uint64_t *words;
    size_t bits;
} bitset;

void bitset_begin(bitset *b, size_t bits);
void bitset_set(bitset *b, size_t bit);
void bitset_clear(bitset *b, size_t bit);
bool bitset_test(const bitset *b, size_t bit);
size_t bitset_count(const bitset *b);
size_t bitset_next(const bitset *b, size_t from);
void bitset_end(bitset *b);

typedef struct trie trie;
trie *trie_new(void);
void trie_add(trie *t, const char *word);
size_t trie_count(const trie *t, const char *prefix);
void trie_free(trie *t);

/* A directed graph over the numbers 0 to nodes - 1. */
typedef struct graph graph;
graph *graph_new(size_t nodes);
void graph_edge(graph *g, size_t from, size_t to);
/* Fills order with every node after all that point at it; false when there is a cycle. */
bool graph_order(const graph *g, size_t *order);
void graph_free(graph *g);

typedef int (*compare)(const void *, const void *);
/* Stable. */
void sort_items(void **items, size_t count, compare by);
/* Where key is, or where it would have to be put. */
size_t search_items(void *const *items, size_t count, const void *key, compare by);

#endif
