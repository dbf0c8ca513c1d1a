#include "records.h"

#include <string.h>

bool fill_template(const char *text, const map *values, buffer *to)
{
    const char *open;
    buffer_text(to, "");
    while ((open = strstr(text, "{{")) != NULL) {
        const char *close = strstr(open, "}}");
        if (close == NULL) {
            return false;
        }
        buffer name = {0};
        buffer_add(&name, open + 2, (size_t)(close - open) - 2);
        const char *value = map_get(values, name.text);
        buffer_free(&name);
        if (value == NULL) {
            return false;
        }
        buffer_add(to, text, (size_t)(open - text));
        buffer_text(to, value);
        text = close + 2;
    }
    buffer_text(to, text);
    return true;
}
