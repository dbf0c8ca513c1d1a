/* Prints crc_table.h: the remainders of all bytes under the reversed polynomial of CRC-32. */
#include <stdint.h>
#include <stdio.h>

int main(void)
{
    puts("/* Written by mkcrc. */");
    puts("#include <stdint.h>");
    printf("static const uint32_t crc_table[256] = {");
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; bit++) {
            rest = rest & 1 ? rest >> 1 ^ 0xedb88320u : rest >> 1;
        }
        printf("%s0x%08x,", byte % 8 == 0 ? "\n    " : " ", (unsigned)rest);
    }
    puts("\n};");
    return 0;
}
