/* Text that grows, names of files, and what is in them. */
#ifndef BASE_FILES_H
#define BASE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct buffer {
    char *text;
    size_t length, capacity;
} buffer;

void buffer_add(buffer *b, const char *text, size_t length);
void buffer_text(buffer *b, const char *text);
void buffer_char(buffer *b, char c);
void buffer_format(buffer *b, const char *format, ...);
void buffer_free(buffer *b);

/* Reads all of a stream; false when it cannot be read. */
bool read_stream(FILE *in, buffer *to);
/* "-" is the standard input. */
bool read_named(const char *name, buffer *to);

/* Takes "." and ".." and doubled slashes out of a path, by its text alone. */
void path_normalize(const char *path, buffer *to);
const char *path_base(const char *path);
const char *path_extension(const char *path);

typedef struct option {
    char letter;
    const char *value_name; /* NULL for a flag */
    const char *help;
    const char *value; /* set by options_read; "" for a flag that was given */
} option;

/* Returns the index of the first argument that is no option, or -1 after a message. */
int options_read(option *options, size_t count, int argc, char **argv);

void encode_base64(const void *bytes, size_t length, buffer *to);
bool decode_base64(const char *text, size_t length, buffer *to);
void encode_hex(const void *bytes, size_t length, buffer *to);
bool decode_hex(const char *text, size_t length, buffer *to);

#endif
