#include "json.h"

static void quoted(const char *text, buffer *to)
{
    buffer_char(to, '"');
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '\n':
            buffer_text(to, "\\n");
            break;
        case '\t':
            buffer_text(to, "\\t");
            break;
        case '"':
        case '\\':
            buffer_char(to, '\\');
            /* falls on purpose */
        default:
            if ((unsigned char)*text < ' ') {
                buffer_format(to, "\\u%04x", *text);
            } else {
                buffer_char(to, *text);
            }
        }
    }
    buffer_char(to, '"');
}

static void new_line(int indent, int depth, buffer *to)
{
    if (indent > 0) {
        buffer_format(to, "\n%*s", indent * depth, "");
    }
}

static void write_at(const json *value, int indent, int depth, buffer *to)
{
    bool object = value->kind == JSON_OBJECT;
    switch (value->kind) {
    case JSON_NULL:
        buffer_text(to, "null");
        break;
    case JSON_BOOLEAN:
        buffer_text(to, value->number != 0 ? "true" : "false");
        break;
    case JSON_NUMBER:
        buffer_format(to, "%.15g", value->number);
        break;
    case JSON_STRING:
        quoted(value->text, to);
        break;
    default:
        buffer_char(to, object ? '{' : '[');
        for (const json *child = value->first; child != NULL; child = child->next) {
            new_line(indent, depth + 1, to);
            if (object) {
                quoted(child->name, to);
                buffer_text(to, indent > 0 ? ": " : ":");
            }
            write_at(child, indent, depth + 1, to);
            buffer_text(to, child->next != NULL ? "," : "");
        }
        if (value->first != NULL) {
            new_line(indent, depth, to);
        }
        buffer_char(to, object ? '}' : ']');
    }
}

void json_write(const json *value, int indent, buffer *to)
{
    write_at(value, indent, 0, to);
}
