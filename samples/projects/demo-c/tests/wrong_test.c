/* Part of the broken variant: one of its expectations is wrong. */
#include "test.h"

#include "text.h"

int main(void)
{
    EXPECT(edit_distance("loom", "room") == 1);
    EXPECT(edit_distance("heddle", "heddle") == 1);
    return test_end("wrong");
}
