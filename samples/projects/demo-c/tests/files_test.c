#include "test.h"

#include "files.h"
#include "memory.h"

static void normalized(const char *path, const char *wanted)
{
    buffer b = {0};
    path_normalize(path, &b);
    EXPECT_TEXT(b.text, wanted);
    buffer_free(&b);
}

int main(void)
{
    normalized("/usr//lib/../include/./x.h", "/usr/include/x.h");
    normalized("../../a", "../../a");
    normalized("a/..", ".");
    normalized("/..", "/");
    EXPECT_TEXT(path_extension("a.b/c.tar"), "tar");
    EXPECT_TEXT(path_extension(".profile"), "");
    buffer coded = {0}, plain = {0};
    encode_base64("heddle", 6, &coded);
    EXPECT_TEXT(coded.text, "aGVkZGxl");
    EXPECT(decode_base64(coded.text, coded.length, &plain) && plain.length == 6);
    EXPECT(!decode_base64("ab=c", 4, &plain) && !decode_hex("0g", 2, &plain));
    buffer_free(&coded);
    buffer_free(&plain);
    pool p;
    pool_begin(&p, 24);
    void *first = pool_take(&p);
    pool_give(&p, first);
    EXPECT(pool_take(&p) == first && p.live == 1);
    pool_end(&p);
    char *argv[] = {"program", "-v", "-o", "file", "rest", NULL};
    option options[] = {{'v', NULL, "more", NULL}, {'o', "FILE", "where", NULL}};
    EXPECT(options_read(options, 2, 5, argv) == 4);
    EXPECT_TEXT(options[1].value, "file");
    return test_end("files");
}
