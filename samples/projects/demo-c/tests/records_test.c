#include "test.h"

#include "lexer.h"
#include "records.h"

static double value(const char *text)
{
    return calculate(text, strlen(text)).value;
}

int main(void)
{
    arena memory;
    vec fields = {0};
    map values = {0};
    buffer b = {0};
    arena_begin(&memory);
    EXPECT(csv_record("a,\"b,\"\"c\",\nnext", 15, &memory, &fields) == 11 && fields.count == 3);
    EXPECT_TEXT(fields.items[1], "b,\"c");
    EXPECT(ini_read("top = 1\n[loom]\nthreads = 12\n", &memory, &values) == 0);
    EXPECT_TEXT((char *)map_get(&values, "loom.threads"), "12");
    EXPECT(ini_read("fine = 1\nbad\n", &memory, &values) == 2);
    EXPECT(fill_template("{{loom.threads}} threads", &values, &b));
    EXPECT_TEXT(b.text, "12 threads");
    EXPECT(!fill_template("{{nobody}}", &values, &b));
    EXPECT(value("1+2*3^2") == 19 && value("-(4-6)*2") == 4 && value("sqrt(16)/2") == 2);
    EXPECT(calculate("1/0", 3).error != NULL && calculate("(1", 2).error != NULL);
    buffer_free(&b);
    vec_free(&fields);
    map_free(&values);
    arena_end(&memory);
    return test_end("records");
}
