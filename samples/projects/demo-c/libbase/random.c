#include "numbers.h"

#include "check.h"

void random_seed(random_source *r, uint64_t seed)
{
    r->state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

/* xorshift64* */
uint64_t random_next(random_source *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * UINT64_C(0x2545f4914f6cdd1d);
}

uint64_t random_below(random_source *r, uint64_t limit)
{
    CHECK(limit > 0);
    uint64_t even = UINT64_MAX - UINT64_MAX % limit;
    uint64_t drawn;
    do {
        drawn = random_next(r);
    } while (drawn >= even);
    return drawn % limit;
}
