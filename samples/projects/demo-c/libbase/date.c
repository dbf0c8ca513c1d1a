#include "numbers.h"

#include "check.h"

bool date_is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int date_month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    CHECK(month >= 1 && month <= 12);
    return month == 2 && date_is_leap(year) ? 29 : lengths[month - 1];
}

/* Days since 1 January of the year 1, in the calendar of today. */
int64_t date_to_days(date d)
{
    int64_t before = d.year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400;
    for (int month = 1; month < d.month; month++) {
        days += date_month_length(d.year, month);
    }
    return days + d.day - 1;
}

date date_from_days(int64_t days)
{
    date d = {(int)(days / 366) + 1, 1, 1};
    while (date_to_days((date){d.year + 1, 1, 1}) <= days) {
        d.year++;
    }
    int64_t rest = days - date_to_days(d);
    while (rest >= date_month_length(d.year, d.month)) {
        rest -= date_month_length(d.year, d.month++);
    }
    d.day += (int)rest;
    return d;
}

int date_weekday(date d)
{
    return (int)((date_to_days(d) + 1) % 7);
}
