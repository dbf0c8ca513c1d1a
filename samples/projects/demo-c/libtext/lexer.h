/* Splits text into tokens: names, numbers, strings, and single marks. */
#ifndef TEXT_LEXER_H
#define TEXT_LEXER_H

#include <stddef.h>

typedef enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_STRING, TOKEN_MARK, TOKEN_BAD } token_kind;

typedef struct token {
    token_kind kind;
    const char *start;
    size_t length, line, column;
} token;

typedef struct lexer {
    const char *at, *end, *line_start;
    size_t line;
} lexer;

void lexer_begin(lexer *l, const char *text, size_t length);
token lexer_next(lexer *l);

typedef struct calculation {
    double value;
    const char *error; /* NULL when there is a value */
    size_t column;
} calculation;

/* Sums, products, powers, brackets, unary minus, pi and e, sqrt, abs and floor. */
calculation calculate(const char *text, size_t length);

#endif
