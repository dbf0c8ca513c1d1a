#include "test.h"

#include "containers.h"
#include "numbers.h"
#include <stdlib.h>

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static bool smaller(const void *a, const void *b)
{
    return by_number(a, b) < 0;
}

static void numbers_come_out_sorted(void)
{
    static int numbers[500];
    random_source random;
    vec all = {0};
    heap queue = {.before = smaller};
    random_seed(&random, 7);
    for (int i = 0; i < 500; i++) {
        numbers[i] = (int)random_below(&random, 1000);
        vec_push(&all, &numbers[i]);
        heap_push(&queue, &numbers[i]);
    }
    sort_items(all.items, all.count, by_number);
    for (size_t i = 0; i < all.count; i++) {
        EXPECT(*(int *)heap_pop(&queue) == *(int *)all.items[i]);
    }
    int key = *(int *)all.items[250];
    size_t place = search_items(all.items, all.count, &key, by_number);
    EXPECT(*(int *)all.items[place] == key && (place == 0 || *(int *)all.items[place - 1] < key));
    vec_free(&all);
    heap_free(&queue);
}

static void map_keeps_what_it_is_given(void)
{
    map m = {0};
    char key[16];
    static int values[300];
    for (int i = 0; i < 300; i++) {
        sprintf(key, "key%d", i);
        map_put(&m, key, &values[i]);
    }
    EXPECT(map_get(&m, "key77") == &values[77]);
    EXPECT(map_drop(&m, "key77"));
    EXPECT(!map_has(&m, "key77"));
    EXPECT(!map_drop(&m, "key77"));
    EXPECT(map_get(&m, "key299") == &values[299]);
    map_free(&m);
}

static void order_follows_edges(void)
{
    size_t order[4];
    graph *g = graph_new(4);
    graph_edge(g, 3, 1);
    graph_edge(g, 1, 0);
    graph_edge(g, 3, 2);
    graph_edge(g, 2, 0);
    EXPECT(graph_order(g, order) && order[0] == 3 && order[3] == 0);
    graph_edge(g, 0, 3);
    EXPECT(!graph_order(g, order));
    graph_free(g);
}

int main(void)
{
    numbers_come_out_sorted();
    map_keeps_what_it_is_given();
    order_follows_edges();
    bitset bits;
    bitset_begin(&bits, 200);
    bitset_set(&bits, 3);
    bitset_set(&bits, 130);
    EXPECT(bitset_count(&bits) == 2 && bitset_next(&bits, 4) == 130);
    bitset_end(&bits);
    trie *words = trie_new();
    trie_add(words, "heddle");
    trie_add(words, "hem");
    EXPECT(trie_count(words, "he") == 2 && trie_count(words, "hed") == 1 && trie_count(words, "x") == 0);
    trie_free(words);
    ring r;
    char out[8] = "";
    ring_begin(&r, 5);
    EXPECT(ring_write(&r, "abcdefg", 7) == 5 && ring_read(&r, out, 3) == 3 && ring_write(&r, "xyz", 3) == 3);
    EXPECT(ring_read(&r, out, 8) == 5 && memcmp(out, "dexyz", 5) == 0);
    ring_end(&r);
    return test_end("containers");
}
