/* Part of the broken variant: it does not compile. */
#include "text.h"

int main(void)
{
    buffer shown = {0};
    human_bites(1536, &shown);
    puts(shown.txt);
    return 0;
}
