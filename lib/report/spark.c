// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/spark.h"

#include <math.h>

void wdm_spark_put(wdm_buf *out, const double *values, size_t n)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double greatest = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(values[i]) && values[i] > greatest)
            greatest = values[i];
    }
    for (size_t i = 0; i < n; i++) {
        int level = 0;
        if (!isfinite(values[i])) {
            wdm_buf_puts(out, " ");
            continue;
        }
        if (values[i] < 0.0) {
            wdm_buf_puts(out, "·");
            continue;
        }
        if (greatest > 0.0)
            level = (int)ceil(values[i] / greatest * 8.0) - 1;
        wdm_buf_puts(out, blocks[level < 0 ? 0 : level > 7 ? 7 : level]);
    }
}
