#include "json.h"

#include <stdlib.h>
#include <string.h>

static const json *member(const json *object, const char *name, size_t length)
{
    const json *child = object->kind == JSON_OBJECT ? object->first : NULL;
    while (child != NULL && (strlen(child->name) != length || memcmp(child->name, name, length) != 0)) {
        child = child->next;
    }
    return child;
}

const json *json_member(const json *object, const char *name)
{
    return member(object, name, strlen(name));
}

static const json *element(const json *array, const char *digits)
{
    const json *child = array->first;
    for (long index = strtol(digits, NULL, 10); child != NULL && index > 0; index--) {
        child = child->next;
    }
    return child;
}

const json *json_at(const json *value, const char *path)
{
    while (value != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        value = value->kind == JSON_ARRAY ? element(value, path) : member(value, path, length);
        path += length;
        path += *path == '.';
    }
    return value;
}
