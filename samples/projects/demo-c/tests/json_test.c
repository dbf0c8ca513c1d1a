#include "test.h"

#include "json.h"

static void round_trip(const char *text)
{
    arena memory;
    json_error error = {0};
    buffer again = {0};
    arena_begin(&memory);
    json *value = json_read(text, strlen(text), &memory, &error);
    EXPECT(value != NULL);
    if (value != NULL) {
        json_write(value, 0, &again);
        EXPECT_TEXT(again.text, text);
    }
    buffer_free(&again);
    arena_end(&memory);
}

static void refused(const char *text, size_t line, size_t column)
{
    arena memory;
    json_error error = {0};
    arena_begin(&memory);
    EXPECT(json_read(text, strlen(text), &memory, &error) == NULL);
    EXPECT(error.line == line && error.column == column && error.message != NULL);
    arena_end(&memory);
}

int main(void)
{
    round_trip("{\"a\":[1,2.5,-300],\"b\":{\"c\":null},\"d\":\"x\\ny\",\"e\":true}");
    round_trip("[]");
    refused("{\"a\":1,\n \"b\" 2}", 2, 6);
    refused("[1, 2", 1, 6);
    refused("", 1, 1);
    arena memory;
    json_error error;
    const char *text = "{\"list\":[10,{\"deep\":\"here\"}]}";
    arena_begin(&memory);
    const json *found = json_at(json_read(text, strlen(text), &memory, &error), "list.1.deep");
    EXPECT(found != NULL && strcmp(found->text, "here") == 0);
    arena_end(&memory);
    return test_end("json");
}
