/* encode [-d] [-x]: base64 of the standard input, or with -x hex; -d goes back. */
#include "files.h"
#include "numbers.h"

#include <string.h>

int main(int argc, char **argv)
{
    option options[] = {
        {'d', NULL, "decode", NULL}, {'x', NULL, "hex instead of base64", NULL}, {'c', NULL, "print the CRC-32 as well", NULL}};
    buffer text = {0}, made = {0};
    if (options_read(options, 3, argc, argv) < 0 || !read_stream(stdin, &text)) {
        return 2;
    }
    bool hex = options[1].value != NULL, good = true;
    buffer_text(&made, "");
    if (options[0].value != NULL) {
        size_t length = strcspn(text.text, "\n");
        good = hex ? decode_hex(text.text, length, &made) : decode_base64(text.text, length, &made);
    } else if (hex) {
        encode_hex(text.text, text.length, &made);
    } else {
        encode_base64(text.text, text.length, &made);
    }
    fwrite(made.text, 1, made.length, stdout);
    if (options[2].value != NULL) {
        printf("\n%08x\n", (unsigned)crc32_of(text.text, text.length));
    }
    buffer_free(&text);
    buffer_free(&made);
    return good ? 0 : 1;
}
