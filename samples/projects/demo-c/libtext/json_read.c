#include "json.h"

#include "text.h"
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 200 };

typedef struct reader {
    const char *begin, *at, *end;
    arena *memory;
    const char *problem;
    int depth;
} reader;

static json *value(reader *r);

static void *fail(reader *r, const char *problem)
{
    if (r->problem == NULL) {
        r->problem = problem;
    }
    return NULL;
}

static void blanks(reader *r)
{
    while (r->at < r->end && strchr(" \t\r\n", *r->at) != NULL && *r->at != '\0') {
        r->at++;
    }
}

static bool take(reader *r, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0) {
        return false;
    }
    r->at += length;
    return true;
}

static json *node(reader *r, json_kind kind)
{
    json *made = arena_take(r->memory, sizeof *made);
    *made = (json){.kind = kind};
    return made;
}

static bool four_digits(reader *r, uint32_t *to)
{
    buffer bytes = {0};
    bool good = r->end - r->at >= 4 && decode_hex(r->at, 4, &bytes);
    if (good) {
        *to = (uint32_t)(unsigned char)bytes.text[0] << 8 | (unsigned char)bytes.text[1];
        r->at += 4;
    }
    buffer_free(&bytes);
    return good;
}

static bool escape(reader *r, buffer *to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->end ? *r->at++ : '\0';
    const char *simple = c == '\0' ? NULL : strchr(from, c);
    if (simple != NULL) {
        buffer_char(to, into[simple - from]);
        return true;
    }
    uint32_t high, low;
    if (c != 'u' || !four_digits(r, &high)) {
        return false;
    }
    if (high >> 10 == 0x36) {
        if (!take(r, "\\u") || !four_digits(r, &low) || low >> 10 != 0x37) {
            return false;
        }
        high = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
    }
    utf8_encode(high, to);
    return true;
}

static const char *text(reader *r)
{
    buffer collected = {0};
    buffer_text(&collected, "");
    r->at++;
    while (r->at < r->end && *r->at != '"' && (unsigned char)*r->at >= ' ') {
        char c = *r->at++;
        if (c != '\\') {
            buffer_char(&collected, c);
        } else if (!escape(r, &collected)) {
            buffer_free(&collected);
            return fail(r, "an escape that does not exist");
        }
    }
    const char *copy = arena_copy_text(r->memory, collected.text, collected.length);
    buffer_free(&collected);
    return take(r, "\"") ? copy : fail(r, "a string without an end");
}

static json *number(reader *r)
{
    size_t length = strspn(r->at, "+-.0123456789eE");
    char *digits = arena_copy_text(r->memory, r->at, length), *stop;
    json *made = node(r, JSON_NUMBER);
    made->number = strtod(digits, &stop);
    if (length == 0 || *stop != '\0' || *digits == '+' || *digits == '.') {
        return fail(r, "no value begins like this");
    }
    r->at += length;
    return made;
}

static json *collection(reader *r, json_kind kind, const char *close)
{
    json *made = node(r, kind), **last = &made->first;
    r->at++;
    blanks(r);
    if (take(r, close)) {
        return made;
    }
    do {
        const char *name = NULL;
        blanks(r);
        if (kind == JSON_OBJECT) {
            name = r->at < r->end && *r->at == '"' ? text(r) : fail(r, "a name is missing");
            blanks(r);
            if (name == NULL || !take(r, ":")) {
                return fail(r, "a colon is missing");
            }
        }
        *last = value(r);
        if (*last == NULL) {
            return NULL;
        }
        (*last)->name = name;
        last = &(*last)->next;
        blanks(r);
    } while (take(r, ","));
    return take(r, close) ? made : fail(r, "a comma or the end of a collection is missing");
}

static json *value(reader *r)
{
    json *made = NULL;
    blanks(r);
    if (++r->depth > DEEPEST) {
        return fail(r, "too deep");
    }
    if (r->at >= r->end) {
        made = fail(r, "the text ends too early");
    } else if (*r->at == '{') {
        made = collection(r, JSON_OBJECT, "}");
    } else if (*r->at == '[') {
        made = collection(r, JSON_ARRAY, "]");
    } else if (*r->at == '"') {
        made = node(r, JSON_STRING);
        made->text = text(r);
        made = made->text == NULL ? NULL : made;
    } else if (take(r, "null")) {
        made = node(r, JSON_NULL);
    } else if (take(r, "true")) {
        made = node(r, JSON_BOOLEAN);
        made->number = 1;
    } else if (take(r, "false")) {
        made = node(r, JSON_BOOLEAN);
    } else {
        made = number(r);
    }
    r->depth--;
    return made;
}

json *json_read(const char *from, size_t length, arena *memory, json_error *error)
{
    reader r = {from, from, from + length, memory, NULL, 0};
    json *read = value(&r);
    blanks(&r);
    if (read != NULL && r.at < r.end) {
        read = fail(&r, "something after the end");
    }
    if (read == NULL) {
        *error = (json_error){1, 1, r.problem};
        for (const char *c = from; c < r.at; c++) {
            error->line += *c == '\n';
            error->column = *c == '\n' ? 1 : error->column + 1;
        }
    }
    return read;
}
