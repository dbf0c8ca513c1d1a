#include "numbers.h"

#include "check.h"

static int64_t divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

rational rational_of(int64_t over, int64_t under)
{
    CHECK(under != 0);
    int64_t common = divisor(over, under);
    if (under < 0) {
        common = -common;
    }
    return (rational){over / common, under / common};
}

rational rational_add(rational a, rational b)
{
    return rational_of(a.over * b.under + b.over * a.under, a.under * b.under);
}

rational rational_multiply(rational a, rational b)
{
    return rational_of(a.over * b.over, a.under * b.under);
}

int rational_compare(rational a, rational b)
{
    int64_t left = a.over * b.under, right = b.over * a.under;
    return (left > right) - (left < right);
}
