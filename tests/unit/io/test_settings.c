// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "io/settings.h"

static void refused(const char *text, const char *says)
{
    wdm_settings settings;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(wdm_settings_parse(&settings, "wdm.cfg", text, &err), WDM_E_CONFIG);
    ASSERT_SAYS(err, says);
}

static void settings_are_read_or_have_their_defaults(void **state)
{
    wdm_settings settings;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(wdm_settings_parse(&settings, "wdm.cfg", "// none\n", &err), err);
    assert_string_equal(settings.xlsx2csv, "");
    ASSERT_OK(wdm_settings_parse(&settings, "wdm.cfg", "xlsx2csv = \"/usr/bin/xlsx2csv\";", &err), err);
    assert_string_equal(settings.xlsx2csv, "/usr/bin/xlsx2csv");
}

static void what_is_not_known_names_its_line(void **state)
{
    (void)state;
    refused("xlsx2csv = \"\";\nxls2csv = \"x\";\n", "wdm.cfg:2: unknown setting \"xls2csv\"");
    refused("\nxlsx2csv = 5;\n", "wdm.cfg:2: xlsx2csv wants a text");
    refused("xlsx2csv = \"a\";\n}\n", "wdm.cfg:2: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read_or_have_their_defaults),
        cmocka_unit_test(what_is_not_known_names_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
