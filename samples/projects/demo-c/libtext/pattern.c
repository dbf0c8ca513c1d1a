#include "text.h"

#include <string.h>

/* The length of one element of a pattern, without the sign that repeats it. */
static size_t element(const char *pattern)
{
    if (*pattern == '\\' && pattern[1] != '\0') {
        return 2;
    }
    const char *close = *pattern == '[' ? strchr(pattern + 2, ']') : NULL;
    return close == NULL ? 1 : (size_t)(close - pattern) + 1;
}

static bool in_class(const char *class, const char *end, char c)
{
    bool negated = *class == '^', found = false;
    for (class += negated; class < end; class++) {
        if (class + 2 < end && class[1] == '-') {
            found |= c >= class[0] && c <= class[2];
            class += 2;
        } else {
            found |= c == *class;
        }
    }
    return found != negated;
}

static bool accepts(const char *pattern, size_t length, char c)
{
    if (c == '\0') {
        return false;
    }
    if (*pattern == '\\' && length == 2) {
        return pattern[1] == c;
    }
    if (*pattern == '[' && length > 2) {
        return in_class(pattern + 1, pattern + length - 1, c);
    }
    return *pattern == '.' || *pattern == c;
}

/* The end of the longest match that begins here, or NULL. */
static const char *match(const char *pattern, const char *text)
{
    if (*pattern == '\0') {
        return text;
    }
    if (*pattern == '$' && pattern[1] == '\0') {
        return *text == '\0' ? text : NULL;
    }
    size_t length = element(pattern);
    char repeat = pattern[length];
    const char *rest = pattern + length + (repeat == '*' || repeat == '+' || repeat == '?');
    size_t least = repeat == '*' || repeat == '?' ? 0 : 1;
    size_t most = repeat == '*' || repeat == '+' ? strlen(text) : 1;
    size_t count = 0;
    while (count < most && accepts(pattern, length, text[count])) {
        count++;
    }
    for (; count + 1 > least; count--) {
        const char *end = match(rest, text + count);
        if (end != NULL || count == 0) {
            return end;
        }
    }
    return NULL;
}

bool pattern_find(const char *pattern, const char *text, size_t *start, size_t *end)
{
    bool anchored = *pattern == '^';
    for (const char *at = text;; at++) {
        const char *stop = match(pattern + anchored, at);
        if (stop != NULL) {
            *start = (size_t)(at - text);
            *end = (size_t)(stop - text);
            return true;
        }
        if (anchored || *at == '\0') {
            return false;
        }
    }
}
