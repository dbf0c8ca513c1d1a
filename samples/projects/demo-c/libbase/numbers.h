/* Numbers beyond int. */
#ifndef BASE_NUMBERS_H
#define BASE_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *bytes, size_t length);
uint32_t crc32_of(const void *bytes, size_t length);

typedef struct random_source {
    uint64_t state;
} random_source;

void random_seed(random_source *r, uint64_t seed);
uint64_t random_next(random_source *r);
/* Evenly from 0 to limit - 1. */
uint64_t random_below(random_source *r, uint64_t limit);

typedef struct rational {
    int64_t over, under;
} rational;

rational rational_of(int64_t over, int64_t under);
rational rational_add(rational a, rational b);
rational rational_multiply(rational a, rational b);
int rational_compare(rational a, rational b);

/* Unsigned, as long as memory lasts; digits to the base of 10^9, the lowest first. */
typedef struct big {
    uint32_t *digits;
    size_t count;
} big;

big big_of(uint64_t value);
big big_add(const big *a, const big *b);
big big_multiply(const big *a, const big *b);
/* The result belongs to the caller. */
char *big_text(const big *a);
void big_free(big *a);

typedef struct date {
    int year, month, day;
} date;

int64_t date_to_days(date d);
date date_from_days(int64_t days);
int date_weekday(date d);
bool date_is_leap(int year);
int date_month_length(int year, int month);

typedef struct matrix {
    size_t rows, columns;
    double *cells;
} matrix;

matrix matrix_new(size_t rows, size_t columns);
double *matrix_at(matrix *m, size_t row, size_t column);
matrix matrix_multiply(const matrix *a, const matrix *b);
double matrix_determinant(const matrix *square);
void matrix_free(matrix *m);

#endif
