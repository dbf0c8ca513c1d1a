#include "lexer.h"

#include <ctype.h>

void lexer_begin(lexer *l, const char *text, size_t length)
{
    *l = (lexer){text, text + length, text, 1};
}

static void skip_blanks(lexer *l)
{
    for (; l->at < l->end && isspace((unsigned char)*l->at); l->at++) {
        if (*l->at == '\n') {
            l->line++;
            l->line_start = l->at + 1;
        }
    }
}

static int in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static int in_number(char c)
{
    return isdigit((unsigned char)c) || c == '.';
}

static token_kind text_token(lexer *l)
{
    char quote = *l->at++;
    while (l->at < l->end && *l->at != quote && *l->at != '\n') {
        l->at += *l->at == '\\' && l->at + 1 < l->end ? 2 : 1;
    }
    if (l->at >= l->end || *l->at != quote) {
        return TOKEN_BAD;
    }
    l->at++;
    return TOKEN_STRING;
}

token lexer_next(lexer *l)
{
    skip_blanks(l);
    token t = {TOKEN_END, l->at, 0, l->line, (size_t)(l->at - l->line_start) + 1};
    if (l->at >= l->end) {
        return t;
    }
    if (in_number(*l->at)) {
        t.kind = TOKEN_NUMBER;
        while (l->at < l->end && in_number(*l->at)) {
            l->at++;
        }
    } else if (in_name(*l->at)) {
        t.kind = TOKEN_NAME;
        while (l->at < l->end && in_name(*l->at)) {
            l->at++;
        }
    } else if (*l->at == '"') {
        t.kind = text_token(l);
    } else {
        t.kind = ispunct((unsigned char)*l->at) ? TOKEN_MARK : TOKEN_BAD;
        l->at++;
    }
    t.length = (size_t)(l->at - t.start);
    return t;
}
