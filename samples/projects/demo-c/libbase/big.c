#include "numbers.h"

#include "memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RADIX UINT64_C(1000000000)

static big zeros(size_t count)
{
    big result = {must_allocate(count * sizeof(uint32_t)), count};
    memset(result.digits, 0, count * sizeof(uint32_t));
    return result;
}

static big trimmed(big a)
{
    while (a.count > 1 && a.digits[a.count - 1] == 0) {
        a.count--;
    }
    return a;
}

big big_of(uint64_t value)
{
    big result = zeros(3);
    for (size_t i = 0; i < 3; i++, value /= RADIX) {
        result.digits[i] = (uint32_t)(value % RADIX);
    }
    return trimmed(result);
}

big big_add(const big *a, const big *b)
{
    big sum = zeros((a->count > b->count ? a->count : b->count) + 1);
    uint64_t carry = 0;
    for (size_t i = 0; i < sum.count; i++) {
        carry += i < a->count ? a->digits[i] : 0;
        carry += i < b->count ? b->digits[i] : 0;
        sum.digits[i] = (uint32_t)(carry % RADIX);
        carry /= RADIX;
    }
    return trimmed(sum);
}

big big_multiply(const big *a, const big *b)
{
    big product = zeros(a->count + b->count);
    for (size_t i = 0; i < a->count; i++) {
        uint64_t carry = 0;
        for (size_t j = 0; j < b->count || carry > 0; j++) {
            carry += product.digits[i + j];
            carry += j < b->count ? (uint64_t)a->digits[i] * b->digits[j] : 0;
            product.digits[i + j] = (uint32_t)(carry % RADIX);
            carry /= RADIX;
        }
    }
    return trimmed(product);
}

char *big_text(const big *a)
{
    char *text = must_allocate(a->count * 9 + 1);
    int at = sprintf(text, "%u", (unsigned)a->digits[a->count - 1]);
    for (size_t i = a->count - 1; i-- > 0;) {
        at += sprintf(text + at, "%09u", (unsigned)a->digits[i]);
    }
    return text;
}

void big_free(big *a)
{
    free(a->digits);
    *a = (big){0};
}
