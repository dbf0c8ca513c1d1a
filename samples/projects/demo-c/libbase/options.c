#include "files.h"

#include <string.h>

static option *find(option *options, size_t count, char letter)
{
    for (size_t i = 0; i < count; i++) {
        if (options[i].letter == letter) {
            return &options[i];
        }
    }
    return NULL;
}

static int usage(const option *options, size_t count, const char *program)
{
    fprintf(stderr, "usage: %s [options] [arguments]\n", path_base(program));
    for (size_t i = 0; i < count; i++) {
        const char *value = options[i].value_name == NULL ? "" : options[i].value_name;
        fprintf(stderr, "  -%c %-8s %s\n", options[i].letter, value, options[i].help);
    }
    return -1;
}

int options_read(option *options, size_t count, int argc, char **argv)
{
    int at = 1;
    for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
        if (strcmp(argv[at], "--") == 0) {
            return at + 1;
        }
        option *found = find(options, count, argv[at][1]);
        if (found == NULL || (found->value_name == NULL && argv[at][2] != '\0')) {
            return usage(options, count, argv[0]);
        }
        if (found->value_name == NULL) {
            found->value = "";
        } else if (argv[at][2] != '\0') {
            found->value = argv[at] + 2;
        } else if (++at < argc) {
            found->value = argv[at];
        } else {
            return usage(options, count, argv[0]);
        }
    }
    return at;
}
