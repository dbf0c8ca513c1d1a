#include "text.h"

#include "memory.h"
#include <stdlib.h>
#include <string.h>

size_t edit_distance(const char *a, const char *b)
{
    size_t width = strlen(b);
    size_t *row = must_allocate((width + 1) * sizeof *row);
    for (size_t j = 0; j <= width; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= width; j++) {
            size_t replaced = corner + (a[i - 1] != b[j - 1]);
            size_t added = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            corner = row[j];
            row[j] = replaced < added ? replaced : added;
        }
    }
    size_t distance = row[width];
    free(row);
    return distance;
}
