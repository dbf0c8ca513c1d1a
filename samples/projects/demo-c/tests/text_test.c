#include "test.h"

#include "text.h"

static void wrapped(const char *text, size_t width, const char *wanted)
{
    buffer b = {0};
    wrap_text(text, width, &b);
    EXPECT_TEXT(b.text, wanted);
    buffer_free(&b);
}

int main(void)
{
    size_t start, end;
    EXPECT(pattern_find("[a-c]+d?$", "xxabcd", &start, &end) && start == 2 && end == 6);
    EXPECT(pattern_find("^a.*e", "abcde", &start, &end) && end == 5);
    EXPECT(!pattern_find("^b", "ab", &start, &end));
    EXPECT(pattern_find("\\.c", "main.c", &start, &end) && start == 4);
    EXPECT(glob_matches("*.[ch]", "*.[ch]") && glob_matches("lib*.?", "libtext.a") && !glob_matches("a*b", "abc"));
    wrapped("every thread is kept apart", 12, "every thread\nis kept\napart\n");
    EXPECT(edit_distance("kitten", "sitting") == 3);
    buffer b = {0};
    EXPECT(diff_lines("a\nb\nc\n", "a\nc\nd\n", &b) == 2);
    EXPECT_TEXT(b.text, "  a\n- b\n  c\n+ d\n");
    buffer_free(&b);
    for (int i = 1; i < 4000; i += 7) {
        roman_from(i, &b);
        EXPECT(roman_to(b.text) == i);
        buffer_free(&b);
    }
    human_bytes(1536, &b);
    EXPECT_TEXT(b.text, "1.5 KiB");
    buffer_free(&b);
    run_lengths("aaabcc", &b);
    EXPECT_TEXT(b.text, "3ab2c");
    buffer_free(&b);
    uint32_t character;
    EXPECT(utf8_decode("\xe2\x82\xac", 3, &character) == 3 && character == 0x20ac);
    EXPECT(utf8_decode("\xc0\x80", 2, &character) == -1);
    align_table("a\tb\nlonger\tc\n", &b);
    EXPECT_TEXT(b.text, "a       b\nlonger  c\n");
    buffer_free(&b);
    return test_end("text");
}
