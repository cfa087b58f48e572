// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "data/flags.h"

static void flags_are_named(void **state)
{
    wdm_buf out;
    (void)state;
    wdm_buf_init(&out, 200);
    wdm_flags_print(WDM_FLAG_NOMINAL_DATE | WDM_FLAG_NOT_POSITIVE, &out);
    assert_string_equal(wdm_buf_text(&out), "nominal_date not_positive");
    wdm_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(flags_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
