/* Work on lines of text. */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include "files.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one character; returns its length in bytes, 0 at the end, -1 where the bytes are no UTF-8. */
int utf8_decode(const char *text, size_t length, uint32_t *character);
void utf8_encode(uint32_t character, buffer *to);
size_t utf8_columns(const char *text, size_t length);

/* Calls each(line, length, context) for every line without its end. */
void each_line(const char *text, size_t length, void (*each)(const char *, size_t, void *), void *context);

void wrap_text(const char *text, size_t width, buffer *to);
/* Lines up cells that are parted by tabs. */
void align_table(const char *text, buffer *to);

/* Literals, '.', '*', '+', '?', '^', '$', classes like [a-z] and [^0-9], and a backslash before any of them. */
bool pattern_find(const char *pattern, const char *text, size_t *start, size_t *end);
/* '*', '?' and classes, over the whole of the text. */
bool glob_matches(const char *glob, const char *text);

size_t edit_distance(const char *a, const char *b);
/* Writes the lines of both texts, common ones after "  ", others after "- " and "+ "; returns how many differ. */
size_t diff_lines(const char *a, const char *b, buffer *to);

void run_lengths(const char *text, buffer *to);
bool roman_from(int number, buffer *to);
int roman_to(const char *text);
/* 1536 becomes "1.5 KiB". */
void human_bytes(uint64_t bytes, buffer *to);

#endif
