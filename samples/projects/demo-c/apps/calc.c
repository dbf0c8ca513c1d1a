/* calc EXPRESSION...: prints the value of each expression. */
#include "lexer.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    int status = 0;
    for (int i = 1; i < argc; i++) {
        calculation result = calculate(argv[i], strlen(argv[i]));
        if (result.error == NULL) {
            printf("%s = %.12g\n", argv[i], result.value);
        } else {
            fprintf(stderr, "%s\n%*s^ %s\n", argv[i], (int)result.column - 1, "", result.error);
            status = 1;
        }
    }
    return status;
}
