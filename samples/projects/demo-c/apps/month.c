/* month YEAR MONTH: a calendar. */
#include "numbers.h"
#include "version.h"

#include <stdio.h>
#include <stdlib.h>

/* A parameter too many: a warning for the demo. */
static void print_month(int year, int month, int highlighted_day)
{
    printf("Mo Tu We Th Fr Sa Su\n");
    int column = (date_weekday((date){year, month, 1}) + 6) % 7;
    printf("%*s", column * 3, "");
    for (int day = 1; day <= date_month_length(year, month); day++) {
        column = (column + 1) % 7;
        printf("%2d%c", day, column == 0 ? '\n' : ' ');
    }
    printf(column == 0 ? "" : "\n");
}

int main(int argc, char **argv)
{
    int year = argc > 2 ? atoi(argv[1]) : 0, month = argc > 2 ? atoi(argv[2]) : 0;
    if (year < 1 || month < 1 || month > 12) {
        fprintf(stderr, "month %s\nusage: month YEAR MONTH\n", DEMO_VERSION);
        return 2;
    }
    print_month(year, month, 1);
    return 0;
}
