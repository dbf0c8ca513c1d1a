#include "lexer.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct parser {
    lexer lexer;
    token now;
    calculation result;
    int depth;
} parser;

enum { DEEPEST = 100 };

static double sum(parser *p);

static void step(parser *p)
{
    p->now = lexer_next(&p->lexer);
}

static double fail(parser *p, const char *message)
{
    if (p->result.error == NULL) {
        p->result.error = message;
        p->result.column = p->now.column;
    }
    return 0;
}

static bool take(parser *p, char mark)
{
    if (p->now.kind != TOKEN_MARK || *p->now.start != mark) {
        return false;
    }
    step(p);
    return true;
}

static bool named(token t, const char *name)
{
    return strlen(name) == t.length && memcmp(t.start, name, t.length) == 0;
}

static double name(parser *p)
{
    token t = p->now;
    step(p);
    if (named(t, "pi")) {
        return acos(-1);
    }
    if (named(t, "e")) {
        return exp(1);
    }
    if (!take(p, '(')) {
        return fail(p, "an unknown name");
    }
    double value = sum(p);
    if (!take(p, ')')) {
        return fail(p, "a bracket is not closed");
    }
    return named(t, "sqrt") ? sqrt(value) : named(t, "abs") ? fabs(value) : named(t, "floor") ? floor(value)
                                                                                             : fail(p, "an unknown function");
}

static double atom(parser *p)
{
    if (p->now.kind == TOKEN_NUMBER) {
        char digits[64];
        size_t length = p->now.length < sizeof digits - 1 ? p->now.length : sizeof digits - 1;
        memcpy(digits, p->now.start, length);
        digits[length] = '\0';
        step(p);
        return strtod(digits, NULL);
    }
    if (p->now.kind == TOKEN_NAME) {
        return name(p);
    }
    if (take(p, '(')) {
        double value = sum(p);
        return take(p, ')') ? value : fail(p, "a bracket is not closed");
    }
    return fail(p, "a number is missing");
}

static double power(parser *p)
{
    if (++p->depth > DEEPEST) {
        return fail(p, "too deep");
    }
    double value = take(p, '-') ? -power(p) : atom(p);
    if (take(p, '^')) {
        value = pow(value, power(p));
    }
    p->depth--;
    return value;
}

static double product(parser *p)
{
    double value = power(p);
    for (;;) {
        if (take(p, '*')) {
            value *= power(p);
        } else if (take(p, '/')) {
            double under = power(p);
            value = under == 0 ? fail(p, "a division by zero") : value / under;
        } else {
            return value;
        }
    }
}

static double sum(parser *p)
{
    double value = product(p);
    for (;;) {
        if (take(p, '+')) {
            value += product(p);
        } else if (take(p, '-')) {
            value -= product(p);
        } else {
            return value;
        }
    }
}

calculation calculate(const char *text, size_t length)
{
    parser p = {0};
    lexer_begin(&p.lexer, text, length);
    step(&p);
    p.result.value = sum(&p);
    if (p.now.kind != TOKEN_END) {
        fail(&p, "something after the end");
    }
    return p.result;
}
