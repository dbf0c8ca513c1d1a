#include "text.h"

#include <string.h>

static const struct {
    int value;
    const char *sign;
} SIGNS[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
             {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};

enum { COUNT = sizeof SIGNS / sizeof *SIGNS };

bool roman_from(int number, buffer *to)
{
    if (number < 1 || number > 3999) {
        return false;
    }
    /* Compares an int with a size_t on purpose: a warning for the demo. */
    for (int i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++) {
        for (; number >= SIGNS[i].value; number -= SIGNS[i].value) {
            buffer_text(to, SIGNS[i].sign);
        }
    }
    return true;
}

int roman_to(const char *text)
{
    int number = 0;
    for (int i = 0; i < COUNT; i++) {
        size_t length = strlen(SIGNS[i].sign);
        for (; strncmp(text, SIGNS[i].sign, length) == 0; text += length) {
            number += SIGNS[i].value;
        }
    }
    return *text == '\0' ? number : -1;
}
