// SPDX-License-Identifier: GPL-3.0-or-later
// What a stage is: one row of the table in main.c. Help, --version, usage checks and shell completion come
// from it.
#ifndef WDM_PIPELINE_STAGE_H
#define WDM_PIPELINE_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/err.h"
#include "data/config.h"
#include "report/tabular.h"
#include "store/store.h"

typedef struct wdm_option {
    const char *name; // long name without dashes
    char letter;      // 0: no short form
    const char *arg;  // name of its value in the help; NULL: a switch
    const char *help;
} wdm_option;

enum { WDM_OPTIONS_MAX = 32 };

// The command line, parsed by the table. Texts are borrowed from argv or the environment.
typedef struct wdm_cli {
    const struct wdm_stage *stage;
    const char *store;
    const char *config; // NULL: neither --config nor $WDM_CONFIG was given
    wdm_day as_of;      // today when not given
    bool as_of_given;
    wdm_tabular_format format;
    bool format_given;
    bool dry_run, quiet, verbose;
    wdm_lang lang;
    const char *values[WDM_OPTIONS_MAX]; // of stage->options, by place; a switch that was given holds ""
    char **args;                         // what is no option
    int n_args;
    int *status; // what the program exits with after WDM_OK; 0 until a stage says otherwise (check, alert
                 // --exit-code)
} wdm_cli;

typedef struct wdm_stage {
    const char *name;
    const char *usage;   // arguments after the options, "FILE..."
    const char *summary; // one line
    const char *details; // further lines of the help, each ending in \n; may be ""
    const wdm_option *options;
    size_t n_options;
    int min_args, max_args; // -1: no limit
    wdm_rc (*run)(const wdm_cli *cli, wdm_err *err);
} wdm_stage;

// Value of a stage's option, NULL when not given.
const char *wdm_cli_value(const wdm_cli *cli, const char *name);
// The same of a name or remark that is kept and shown to others; "" when not given. WDM_E_USAGE: it is not
// one line of clean text of at most WDM_REMARK_MAX bytes.
enum { WDM_REMARK_MAX = 500 };
wdm_rc wdm_cli_remark(const wdm_cli *cli, const char *name, const char **remark, wdm_err *err) WDM_MUST_CHECK;
// True when the switch was given.
bool wdm_cli_has(const wdm_cli *cli, const char *name);

// A message for people on stderr, unless --quiet.
void wdm_cli_say(const wdm_cli *cli, const char *fmt, ...) WDM_PRINTF(2, 3);

// The option of stages that can work with an older factor set.
#define WDM_FACTOR_SET_OPTION                                                                                \
    {                                                                                                        \
        "factor-set", 0, "NAME",                                                                             \
            "an older factor set, with the config that had it (default: the one in force)"                   \
    }

// Opens the store with the config in force, or with that of --factor-set. When --config or $WDM_CONFIG names
// a folder that differs from it, a writing stage puts that folder in force first, as `wdm init` does, and
// says so; a reading one uses what is in force.
typedef struct wdm_session {
    wdm_store *store;
    wdm_config config;
    wdm_config_files files;
    struct wdm_layouts *layouts; // parsed when the first file is imported; NULL before
    bool other_factor_set;       // --factor-set names another set than the one in force
    bool diff_begun;             // a dry run has printed the header of its differences
} wdm_session;
wdm_rc wdm_session_open(wdm_session *session, const wdm_cli *cli, wdm_store_mode mode, int wait_s,
                        wdm_err *err) WDM_MUST_CHECK;
void wdm_session_close(wdm_session *session);
// The config folder that applies when none is given: the installed one, or the source tree's while not
// installed.
const char *wdm_shipped_config(void);

// Prints a finished table on stdout in the format of the command line.
wdm_rc wdm_cli_print(const wdm_cli *cli, const wdm_tabular *table, wdm_err *err) WDM_MUST_CHECK;

// The stages; each is defined in pipeline/<name>.c.
extern const wdm_stage wdm_stage_init, wdm_stage_import, wdm_stage_batch, wdm_stage_estimate, wdm_stage_trend,
    wdm_stage_alert, wdm_stage_check, wdm_stage_chart, wdm_stage_report, wdm_stage_run, wdm_stage_export,
    wdm_stage_explain, wdm_stage_layout, wdm_stage_compare;

#endif
