#include "files.h"

#include <string.h>

static void drop_last(buffer *to, size_t floor)
{
    while (to->length > floor && to->text[to->length - 1] != '/') {
        to->length--;
    }
    if (to->length > floor) {
        to->length--;
    }
    to->text[to->length] = '\0';
}

void path_normalize(const char *path, buffer *to)
{
    bool absolute = *path == '/';
    size_t floor = absolute ? 1 : 0;
    buffer_text(to, absolute ? "/" : "");
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        bool up = length == 2 && memcmp(path, "..", 2) == 0;
        bool skip = length == 0 || (length == 1 && *path == '.');
        if (up && (absolute || (to->length > floor && strcmp(path_base(to->text), "..") != 0))) {
            drop_last(to, floor);
        } else if (!skip) {
            buffer_text(to, to->length > floor ? "/" : "");
            buffer_add(to, path, length);
        }
        path += length;
        path += *path == '/';
    }
    if (to->length == 0) {
        buffer_char(to, '.');
    }
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

const char *path_extension(const char *path)
{
    const char *base = path_base(path);
    const char *dot = strrchr(base, '.');
    return dot == NULL || dot == base ? "" : dot + 1;
}
