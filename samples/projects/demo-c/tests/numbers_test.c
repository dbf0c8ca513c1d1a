#include "test.h"

#include "numbers.h"
#include <stdlib.h>

int main(void)
{
    EXPECT(crc32_of("123456789", 9) == 0xcbf43926u);
    EXPECT(hash_bytes("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    rational third = rational_of(2, 6), half = rational_of(-1, -2);
    rational sum = rational_add(third, half);
    EXPECT(sum.over == 5 && sum.under == 6 && rational_compare(third, half) < 0);
    big factorial = big_of(1);
    for (uint64_t i = 2; i <= 30; i++) {
        big factor = big_of(i), product = big_multiply(&factorial, &factor);
        big_free(&factorial);
        big_free(&factor);
        factorial = product;
    }
    char *digits = big_text(&factorial);
    EXPECT_TEXT(digits, "265252859812191058636308480000000");
    free(digits);
    big_free(&factorial);
    for (int64_t day = 0; day < 800000; day += 997) {
        EXPECT(date_to_days(date_from_days(day)) == day);
    }
    EXPECT(date_weekday((date){2024, 2, 29}) == 4 && date_is_leap(2000) && !date_is_leap(1900));
    matrix m = matrix_new(2, 2);
    *matrix_at(&m, 0, 1) = 3;
    *matrix_at(&m, 1, 0) = 4;
    matrix square = matrix_multiply(&m, &m);
    EXPECT(matrix_determinant(&m) == -12 && *matrix_at(&square, 0, 0) == 12);
    matrix_free(&m);
    matrix_free(&square);
    return test_end("numbers");
}
