#include "containers.h"

#include "memory.h"
#include <stdlib.h>

struct trie {
    trie *child, *sibling;
    size_t below;
    char letter;
};

static trie *node(char letter)
{
    trie *t = must_allocate(sizeof *t);
    *t = (trie){.letter = letter};
    return t;
}

trie *trie_new(void)
{
    return node('\0');
}

static trie *child(const trie *t, char letter)
{
    trie *c = t->child;
    while (c != NULL && c->letter != letter) {
        c = c->sibling;
    }
    return c;
}

void trie_add(trie *t, const char *word)
{
    t->below++;
    for (; *word != '\0'; word++) {
        trie *next = child(t, *word);
        if (next == NULL) {
            next = node(*word);
            next->sibling = t->child;
            t->child = next;
        }
        next->below++;
        t = next;
    }
}

size_t trie_count(const trie *t, const char *prefix)
{
    for (; t != NULL && *prefix != '\0'; prefix++) {
        t = child(t, *prefix);
    }
    return t == NULL ? 0 : t->below;
}

void trie_free(trie *t)
{
    while (t != NULL) {
        trie *sibling = t->sibling;
        trie_free(t->child);
        free(t);
        t = sibling;
    }
}
