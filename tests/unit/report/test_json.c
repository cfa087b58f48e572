// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs these before it
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "report/json.h"

static wdm_rc write(json_t *root, int failed, wdm_buf *out)
{
    wdm_err err = {0};
    return wdm_json_write(root, failed, JSON_COMPACT, out, &err);
}

static void no_figure_is_null_and_text_is_clean(void **state)
{
    wdm_buf b = {0};
    int failed = 0;
    json_t *root = json_object();
    json_t *list = json_array();
    (void)state;
    wdm_buf_init(&b, 4096);
    wdm_json_add(list, wdm_json_number((double)NAN), &failed);
    wdm_json_add(list, wdm_json_number(-(double)INFINITY), &failed);
    wdm_json_add(list, wdm_json_number(0.5), &failed);
    wdm_json_set(root, "figures", list, &failed);
    // a colour of terminals, and a byte that is no UTF-8
    wdm_json_set(root, "site", wdm_json_text("白\x1b[31m\xff\"沙"), &failed);
    assert_int_equal(failed, 0);
    assert_int_equal(write(root, failed, &b), WDM_OK);
    assert_null(strchr(wdm_buf_text(&b), '\x1b'));
    assert_null(strchr(wdm_buf_text(&b), '\xff'));
    assert_non_null(strstr(wdm_buf_text(&b), "{\"figures\":[null,null,0.5],\"site\":\"白"));
    assert_non_null(strstr(wdm_buf_text(&b), "\\\"沙\"}\n"));
    wdm_buf_fini(&b);
}

// A value that could not be made is a document that could not be made, whatever follows.
static void a_failure_sticks(void **state)
{
    wdm_buf b = {0};
    int failed = 0;
    json_t *root = json_object();
    (void)state;
    wdm_buf_init(&b, 4096);
    wdm_json_set(root, "gone", NULL, &failed);
    wdm_json_set(root, "there", json_true(), &failed);
    assert_int_equal(failed, 1);
    assert_int_equal(write(root, failed, &b), WDM_E_NOMEM);
    assert_string_equal(wdm_buf_text(&b), "");
    assert_int_equal(write(NULL, 0, &b), WDM_E_NOMEM);
    wdm_buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_figure_is_null_and_text_is_clean),
        cmocka_unit_test(a_failure_sticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
