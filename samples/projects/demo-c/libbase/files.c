#include "files.h"

#include <string.h>

bool read_stream(FILE *in, buffer *to)
{
    char chunk[8192];
    size_t got;
    buffer_add(to, "", 0);
    while ((got = fread(chunk, 1, sizeof chunk, in)) > 0) {
        buffer_add(to, chunk, got);
    }
    return ferror(in) == 0;
}

bool read_named(const char *name, buffer *to)
{
    if (strcmp(name, "-") == 0) {
        return read_stream(stdin, to);
    }
    FILE *in = fopen(name, "rb");
    if (in == NULL) {
        return false;
    }
    bool read = read_stream(in, to);
    fclose(in);
    return read;
}
