#include "text.h"

#include <string.h>

void wrap_text(const char *text, size_t width, buffer *to)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " \n");
        size_t columns = utf8_columns(text, word);
        if (word > 0) {
            if (column > 0 && column + 1 + columns > width) {
                buffer_char(to, '\n');
                column = 0;
            } else if (column > 0) {
                buffer_char(to, ' ');
                column++;
            }
            buffer_add(to, text, word);
            column += columns;
        }
        text += word;
        if (strncmp(text, "\n\n", 2) == 0) {
            buffer_text(to, "\n\n");
            column = 0;
        }
        text += strspn(text, " \n");
    }
    buffer_char(to, '\n');
}
