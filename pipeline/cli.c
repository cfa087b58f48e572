// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "report/clean.h"

static const wdm_option common[] = {
    {"store", 0, "FILE", "the store (default $WDM_STORE, else wdm.db)"},
    {"config", 0, "DIR", "the config tables (default $WDM_CONFIG, else those in force in the store)"},
    {"as-of", 0, "DATE", "only samples that ended on or before DATE count (default today)"},
    {"format", 0, "F", "table, csv or jsonl"},
    {"lang", 0, "L", "en or zh"},
    {"dry-run", 0, NULL, "show what would be done, change nothing"},
    {"quiet", 'q', NULL, "no messages but errors"},
    {"verbose", 'v', NULL, "all messages: every issue of a file, not the first 20"},
    {"help", 0, NULL, "this help"},
    {"version", 0, NULL, "version and licence"},
};
enum {
    N_COMMON = sizeof common / sizeof common[0],
    FIRST_CODE = 1000,
    OPTION_SLOTS = N_COMMON + WDM_OPTIONS_MAX
};

static void print_option(const wdm_option *option)
{
    char left[64];
    const char letter[] = {'-', option->letter, ',', ' ', '\0'};
    (void)snprintf(left, sizeof left, "%s--%s%s%s", option->letter == 0 ? "    " : letter, option->name,
                   option->arg == NULL ? "" : " ", option->arg == NULL ? "" : option->arg);
    printf("  %-26s %s\n", left, option->help);
}

void wdm_cli_print_common_options(void)
{
    for (size_t i = 0; i < N_COMMON; i++)
        print_option(&common[i]);
}

void wdm_cli_print_option_words(const wdm_stage *stage)
{
    for (size_t i = 0; i < N_COMMON; i++)
        printf("--%s ", common[i].name);
    for (size_t i = 0; i < stage->n_options; i++)
        printf("--%s ", stage->options[i].name);
}

void wdm_cli_print_help(const wdm_stage *stage)
{
    printf("wdm %s: %s\n\nUsage: wdm %s [OPTION...] %s\n%s%s", stage->name, stage->summary, stage->name,
           stage->usage, stage->details[0] == '\0' ? "" : "\n", stage->details);
    if (stage->n_options > 0)
        printf("\nOptions:\n");
    for (size_t i = 0; i < stage->n_options; i++)
        print_option(&stage->options[i]);
    printf("\nOptions of all commands:\n");
    wdm_cli_print_common_options();
}

void wdm_cli_ignore_signals(void)
{
    struct sigaction ignore = {0};
    ignore.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigaction(SIGXFSZ, &ignore, NULL);
}

// The table as getopt_long wants it; code FIRST_CODE + place, or the letter.
static void make_getopt(const wdm_stage *stage, struct option *longs, char *shorts)
{
    size_t n = 0;
    size_t s = 0;
    shorts[s++] = ':';
    for (size_t i = 0; i < N_COMMON + stage->n_options; i++) {
        const wdm_option *o = i < N_COMMON ? &common[i] : &stage->options[i - N_COMMON];
        longs[n] = (struct option){o->name, o->arg == NULL ? no_argument : required_argument, NULL,
                                   FIRST_CODE + (int)i};
        n++;
        if (o->letter == 0)
            continue;
        shorts[s++] = o->letter;
        if (o->arg != NULL)
            shorts[s++] = ':';
    }
    longs[n] = (struct option){0};
    shorts[s] = '\0';
}

static size_t place_of_letter(const wdm_stage *stage, int letter)
{
    for (size_t i = 0; i < N_COMMON + stage->n_options; i++) {
        const wdm_option *o = i < N_COMMON ? &common[i] : &stage->options[i - N_COMMON];
        if (o->letter != 0 && o->letter == letter)
            return i;
    }
    return SIZE_MAX;
}

static wdm_rc set_common(wdm_cli *cli, const char *name, const char *value, bool *help, wdm_err *err)
{
    if (strcmp(name, "store") == 0)
        cli->store = value;
    else if (strcmp(name, "config") == 0)
        cli->config = value;
    else if (strcmp(name, "dry-run") == 0)
        cli->dry_run = true;
    else if (strcmp(name, "quiet") == 0)
        cli->quiet = true;
    else if (strcmp(name, "verbose") == 0)
        cli->verbose = true;
    else if (strcmp(name, "help") == 0 || strcmp(name, "version") == 0)
        *help = true;
    else if (strcmp(name, "as-of") == 0) {
        if (!wdm_day_parse(value, &cli->as_of))
            return wdm_err_set(err, WDM_E_USAGE, "--as-of: \"%s\" is not a date; write it as 2026-11-23",
                               value);
        cli->as_of_given = true;
    } else if (strcmp(name, "lang") == 0) {
        if (strcmp(value, "en") != 0 && strcmp(value, "zh") != 0)
            return wdm_err_set(err, WDM_E_USAGE, "--lang: \"%s\" is not known; write en or zh", value);
        cli->lang = strcmp(value, "zh") == 0 ? WDM_LANG_ZH : WDM_LANG_EN;
    } else if (strcmp(name, "format") == 0) {
        static const char *const names[] = {"table", "csv", "jsonl"};
        for (int i = 0; i < 3; i++) {
            if (strcmp(value, names[i]) == 0) {
                cli->format = (wdm_tabular_format)i;
                cli->format_given = true;
                return WDM_OK;
            }
        }
        return wdm_err_set(err, WDM_E_USAGE, "--format: \"%s\" is not known; write table, csv or jsonl",
                           value);
    }
    return WDM_OK;
}

// One of the stage's own. A second value would put the first one out of force unseen.
static wdm_rc set_own(wdm_cli *cli, size_t at, const char *value, wdm_err *err)
{
    if (value != NULL && cli->values[at] != NULL)
        return wdm_err_set(err, WDM_E_USAGE, "--%s is given twice, \"%s\" and \"%s\"; it takes one value",
                           cli->stage->options[at].name, cli->values[at], value);
    cli->values[at] = value == NULL ? "" : value;
    return WDM_OK;
}

static wdm_rc check_args(const wdm_cli *cli, wdm_err *err)
{
    const wdm_stage *stage = cli->stage;
    if (cli->n_args < stage->min_args)
        return wdm_err_set(err, WDM_E_USAGE, "usage: wdm %s [OPTION...] %s; see wdm %s --help", stage->name,
                           stage->usage, stage->name);
    if (stage->max_args >= 0 && cli->n_args > stage->max_args)
        return wdm_err_set(err, WDM_E_USAGE, "\"%s\" is too much; usage: wdm %s [OPTION...] %s",
                           cli->args[stage->max_args], stage->name, stage->usage);
    return WDM_OK;
}

wdm_rc wdm_cli_parse(wdm_cli *cli, int argc, char **argv, bool *help, wdm_err *err)
{
    struct option longs[OPTION_SLOTS + 1];
    char shorts[2 * OPTION_SLOTS + 2];
    int code = 0;
    const char *env_store = getenv("WDM_STORE");
    cli->store = env_store == NULL || env_store[0] == '\0' ? "wdm.db" : env_store;
    cli->config = getenv("WDM_CONFIG");
    cli->as_of = wdm_today();
    make_getopt(cli->stage, longs, shorts);
    // getopt skips argv[0]; argv[-1] is the command's name there.
    optind = 1;
    opterr = 0;
    while ((code = getopt_long(argc + 1, argv - 1, shorts, longs, NULL)) != -1) {
        size_t place = SIZE_MAX;
        wdm_rc rc = WDM_OK;
        if (code == '?')
            return wdm_err_set(err, WDM_E_USAGE, "%s is not an option of wdm %s; see wdm %s --help",
                               argv[optind - 2], cli->stage->name, cli->stage->name);
        if (code == ':')
            return wdm_err_set(err, WDM_E_USAGE, "%s needs a value; see wdm %s --help", argv[optind - 2],
                               cli->stage->name);
        place = code >= FIRST_CODE ? (size_t)(code - FIRST_CODE) : place_of_letter(cli->stage, code);
        if (place < N_COMMON)
            rc = set_common(cli, common[place].name, optarg == NULL ? "" : optarg, help, err);
        else
            rc = set_own(cli, place - N_COMMON, optarg, err);
        if (rc != WDM_OK)
            return rc;
    }
    cli->args = argv - 1 + optind;
    cli->n_args = argc + 1 - optind;
    return *help ? WDM_OK : check_args(cli, err);
}

const char *wdm_cli_value(const wdm_cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->stage->n_options; i++) {
        if (strcmp(cli->stage->options[i].name, name) == 0)
            return cli->values[i];
    }
    return NULL;
}

bool wdm_cli_has(const wdm_cli *cli, const char *name)
{
    return wdm_cli_value(cli, name) != NULL;
}

wdm_rc wdm_cli_remark(const wdm_cli *cli, const char *name, const char **remark, wdm_err *err)
{
    const char *value = wdm_cli_value(cli, name);
    bool blank = true, clean = true;
    *remark = value == NULL ? "" : value;
    if (strlen(*remark) > WDM_REMARK_MAX)
        return wdm_err_set(err, WDM_E_USAGE, "--%s: %zu bytes; at most %d are kept", name, strlen(*remark),
                           WDM_REMARK_MAX);
    for (const char *p = *remark, *next = NULL; *p != '\0' && clean; p = next) {
        char piece[8];
        next = wdm_clean_next(p, piece);
        clean = piece[0] != '\0' && (piece[0] != ' ' || *p == ' ');
        blank = blank && piece[0] == ' ';
    }
    if (!clean)
        return wdm_err_set(err, WDM_E_USAGE,
                           "--%s: write one line of UTF-8 text, without line feeds or control characters",
                           name);
    if (blank && (*remark)[0] != '\0')
        return wdm_err_set(err, WDM_E_USAGE, "--%s: it is blank", name);
    return WDM_OK;
}

void wdm_cli_say(const wdm_cli *cli, const char *fmt, ...)
{
    va_list args;
    if (cli->quiet)
        return;
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
}

wdm_rc wdm_cli_print(const wdm_cli *cli, const wdm_tabular *table, wdm_err *err)
{
    wdm_buf out = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&out, WDM_BUF_DEFAULT_MAX);
    rc = wdm_tabular_write(table, cli->format, &out, err);
    if (rc == WDM_OK && fwrite(wdm_buf_text(&out), 1, out.len, stdout) != out.len)
        rc = wdm_err_set(err, WDM_E_IO, "%s", errno == EPIPE ? "" : "cannot write to standard output");
    wdm_buf_fini(&out);
    return rc;
}
