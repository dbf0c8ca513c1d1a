#include "text.h"

void human_bytes(uint64_t bytes, buffer *to)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes;
    int unit = 0;
    for (; value >= 1024 && unit < 6; unit++) {
        value /= 1024;
    }
    buffer_format(to, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}
