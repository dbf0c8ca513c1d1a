/* compare OLD NEW: prints both files as one, with the lines that differ marked; exit code 1 when there are any. */
#include "text.h"

int main(int argc, char **argv)
{
    buffer before = {0}, after = {0}, shown = {0};
    if (argc != 3) {
        fputs("usage: compare OLD NEW\n", stderr);
        return 2;
    }
    if (!read_named(argv[1], &before) || !read_named(argv[2], &after)) {
        fputs("a file cannot be read\n", stderr);
        return 2;
    }
    size_t differing = diff_lines(before.text, after.text, &shown);
    fputs(shown.text == NULL ? "" : shown.text, stdout);
    buffer_free(&before);
    buffer_free(&after);
    buffer_free(&shown);
    return differing > 0;
}
