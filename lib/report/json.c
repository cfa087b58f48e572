// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/clean.h"

enum { TEXT_MAX = 1024 * 1024 };

json_t *wdm_json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *wdm_json_text(const char *text)
{
    json_t *value = NULL;
    wdm_buf clean = {0};
    wdm_buf_init(&clean, TEXT_MAX);
    wdm_clean_put(&clean, text);
    value = json_string(wdm_buf_text(&clean));
    wdm_buf_fini(&clean);
    return value;
}

void wdm_json_set(json_t *object, const char *key, json_t *value, int *failed)
{
    *failed |= json_object_set_new(object, key, value) != 0;
}

void wdm_json_add(json_t *list, json_t *value, int *failed)
{
    *failed |= json_array_append_new(list, value) != 0;
}

wdm_rc wdm_json_write(json_t *root, int failed, size_t flags, wdm_buf *out, wdm_err *err)
{
    char *dumped = failed != 0 ? NULL : json_dumps(root, flags);
    json_decref(root);
    if (dumped == NULL)
        return wdm_err_nomem(err);
    wdm_buf_puts(out, dumped);
    wdm_buf_puts(out, "\n");
    free(dumped); // of jansson's own allocator
    return wdm_buf_check(out, err);
}
