#include "containers.h"

#include "check.h"
#include "memory.h"
#include <stdlib.h>
#include <string.h>

enum { WORD = 64 };

static size_t words(size_t bits)
{
    return (bits + WORD - 1) / WORD;
}

void bitset_begin(bitset *b, size_t bits)
{
    b->bits = bits;
    b->words = must_allocate(words(bits) * sizeof *b->words);
    memset(b->words, 0, words(bits) * sizeof *b->words);
}

void bitset_set(bitset *b, size_t bit)
{
    CHECK(bit < b->bits);
    b->words[bit / WORD] |= UINT64_C(1) << bit % WORD;
}

void bitset_clear(bitset *b, size_t bit)
{
    CHECK(bit < b->bits);
    b->words[bit / WORD] &= ~(UINT64_C(1) << bit % WORD);
}

bool bitset_test(const bitset *b, size_t bit)
{
    return bit < b->bits && (b->words[bit / WORD] >> bit % WORD & 1) != 0;
}

size_t bitset_count(const bitset *b)
{
    size_t count = 0;
    for (size_t i = 0; i < words(b->bits); i++) {
        for (uint64_t word = b->words[i]; word != 0; word &= word - 1) {
            count++;
        }
    }
    return count;
}

size_t bitset_next(const bitset *b, size_t from)
{
    while (from < b->bits && !bitset_test(b, from)) {
        from++;
    }
    return from;
}

void bitset_end(bitset *b)
{
    free(b->words);
    *b = (bitset){0};
}
