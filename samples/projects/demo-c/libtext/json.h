/* JSON in memory. Everything belongs to the arena that the document was read into. */
#ifndef TEXT_JSON_H
#define TEXT_JSON_H

#include "files.h"
#include "memory.h"
#include <stdbool.h>

typedef enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } json_kind;

typedef struct json {
    json_kind kind;
    double number; /* also 0 or 1 for a boolean */
    const char *text;
    const char *name; /* of a member of an object */
    struct json *first, *next;
} json;

typedef struct json_error {
    size_t line, column;
    const char *message;
} json_error;

/* NULL when the text is no JSON; the error then says where. */
json *json_read(const char *text, size_t length, arena *memory, json_error *error);
void json_write(const json *value, int indent, buffer *to);
const json *json_member(const json *object, const char *name);
/* Follows "a.b.2.c". */
const json *json_at(const json *value, const char *path);

#endif
