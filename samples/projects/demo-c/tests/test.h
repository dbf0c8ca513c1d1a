/* One file is one group of tests: EXPECT notes what does not hold, test_end tells how many did. */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>
#include <string.h>

static int expected, broken;

#define EXPECT(rule) \
    (expected++, (rule) ? 0 : (broken++, fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #rule)))
#define EXPECT_TEXT(text, wanted) EXPECT(strcmp(text, wanted) == 0)

static inline int test_end(const char *group)
{
    printf("%s: %d of %d hold\n", group, expected - broken, expected);
    return broken > 0;
}

#endif
