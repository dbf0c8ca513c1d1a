/* Formats of records: comma-separated values and sections of keys. */
#ifndef TEXT_RECORDS_H
#define TEXT_RECORDS_H

#include "containers.h"
#include "files.h"
#include "memory.h"
#include <stdbool.h>

/* Reads one record into fields, which belong to the arena; returns how much was read, 0 at the end. */
size_t csv_record(const char *text, size_t length, arena *memory, vec *fields);
void csv_field(const char *field, buffer *to);

/* Puts "section.key" for every "key = value"; returns the number of the first bad line, 0 when all are good. */
size_t ini_read(const char *text, arena *memory, map *values);

/* Replaces {{name}} by its value; a name without a value is an error: false. */
bool fill_template(const char *text, const map *values, buffer *to);

#endif
