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

static void without_the_group_nothing_is_sent(void **state)
{
    wdm_settings s;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(wdm_settings_parse(&s, "wdm.cfg", "", &err), err);
    for (int t = 0; t < WDM_TRANSPORT_N; t++)
        assert_false(s.notify.on[t]);
    assert_int_equal(s.notify.digest_above, 5);
    assert_int_equal(s.notify.repeat_weeks, 0);
    assert_string_equal(s.notify.languages[0], "zh");
    assert_string_equal(s.notify.sendmail.args[0], "/usr/sbin/sendmail");
}

static void every_setting_is_read(void **state)
{
    static const char text[] =
        "notify = { transports = (\"mail\", \"hook\"); languages = (\"en\"); digest_above = 3; repeat_weeks "
        "= 4;\n"
        "mail = { sendmail = \"/bin/s\"; seconds = 9; from = \"a@b.c\"; to = (\"x@y.z\",\n"
        "  { address = \"q@y.z\"; level = \"critical\"; region = \"CITY\"; }); };\n"
        "outbox = { folder = \"out\"; }; hook = { command = (\"/bin/h\", \"-x\"); seconds = 5; };\n"
        "alertmanager = { file = \"am.json\"; command = (\"/bin/c\"); seconds = 7; days = 11; };\n"
        "prometheus = { file = \"/p\"; }; };\n";
    wdm_settings s;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(wdm_settings_parse(&s, "wdm.cfg", text, &err), err);
    assert_true(s.notify.on[WDM_TRANSPORT_MAIL] && s.notify.on[WDM_TRANSPORT_HOOK]);
    assert_false(s.notify.on[WDM_TRANSPORT_OUTBOX]);
    assert_string_equal(s.notify.languages[1], "");
    assert_int_equal(s.notify.digest_above, 3);
    assert_int_equal(s.notify.repeat_weeks, 4);
    assert_string_equal(s.notify.sendmail.args[0], "/bin/s");
    assert_int_equal(s.notify.sendmail.seconds, 9);
    assert_int_equal((int)s.notify.n_mail_to, 2);
    assert_string_equal(s.notify.mail_to[0].level, "info");
    assert_string_equal(s.notify.mail_to[1].address, "q@y.z");
    assert_string_equal(s.notify.mail_to[1].level, "critical");
    assert_string_equal(s.notify.mail_to[1].region_id, "CITY");
    assert_int_equal((int)s.notify.hook.n, 2);
    assert_string_equal(s.notify.hook.args[1], "-x");
    assert_int_equal(s.notify.alertmanager_days, 11);
    assert_int_equal(s.notify.alertmanager.seconds, 7);
    assert_string_equal(s.notify.prometheus_file, "/p");
}

static void what_is_wrong_names_its_line(void **state)
{
    (void)state;
    refused("notify = {\n mial = 1; };", "wdm.cfg:2: notify: unknown setting \"mial\"");
    refused("notify = {\n\n transports = (\"sms\"); };",
            "wdm.cfg:3: notify: transports wants a list of outbox, mail");
    refused("notify = { transports = (\"mail\"); };", "the transport mail wants mail.from and mail.to");
    refused("notify = { transports = (\"outbox\"); };", "the transport outbox wants outbox.folder");
    refused("notify = { transports = (\"hook\"); };", "the transport hook wants hook.command");
    refused("notify = { transports = (\"alertmanager\"); };", "alertmanager.file or alertmanager.command");
    refused("notify = { transports = (\"prometheus\"); };", "prometheus.file");
    refused("notify = { languages = (\"zh\", \"zh\"); };", "languages wants a list of one or two");
    refused("notify = { languages = (\"fr\"); };", "languages wants a list of one or two");
    refused("notify = { digest_above = 0; };", "digest_above wants a whole number from 1 to 1000");
    refused("notify = { hook = { command = (\"curl\"); }; };",
            "hook.command wants a program by its whole path");
    refused("notify = { hook = { command = \"/bin/x y\"; }; };", "hook.command wants a list of a program");
    refused("notify = { mail = { sendmail = \"sendmail\"; }; };",
            "mail.sendmail wants a program by its whole path");
    refused("notify = 1;", "wants a group in braces");
}

// What stands in the settings reaches headers and command lines.
static void no_address_can_add_a_header_or_an_option(void **state)
{
    static const char *const bad[] = {"duty",
                                      "@b.c",
                                      "a@",
                                      "a@b@c",
                                      "a b@c.d",
                                      "a@b,c@d",
                                      "<a@b.c>",
                                      "-oX@b.c",
                                      "a@b.c\\nBcc: x@y.z",
                                      "a@\xe4\xb8\xad.c"};
    char text[200];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(text, sizeof text, "notify = { mail = { to = (\"%s\"); }; };", bad[i]);
        refused(text, "mail.to wants a");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_the_group_nothing_is_sent),
        cmocka_unit_test(every_setting_is_read),
        cmocka_unit_test(what_is_wrong_names_its_line),
        cmocka_unit_test(no_address_can_add_a_header_or_an_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
