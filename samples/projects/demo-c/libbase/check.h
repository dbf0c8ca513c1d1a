/* CHECK stops a program whose own rules are broken; only the checked variant of the libraries carries it. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

void check_failed(const char *file, int line, const char *rule);

#ifdef BASE_CHECKED
#define CHECK(rule) ((rule) ? (void)0 : check_failed(__FILE__, __LINE__, #rule))
#else
#define CHECK(rule) ((void)0)
#endif

#endif
