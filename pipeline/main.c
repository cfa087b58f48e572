// SPDX-License-Identifier: GPL-3.0-or-later
// The stage table and what is made from it: dispatch, help, version, shell completion. Only this file prints
// errors and exits.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "io/file.h"
#include "stage.h"

static const wdm_stage *const stages[] = {
    &wdm_stage_init,  &wdm_stage_import, &wdm_stage_batch,   &wdm_stage_layout,  &wdm_stage_estimate,
    &wdm_stage_trend, &wdm_stage_alert,  &wdm_stage_check,   &wdm_stage_chart,   &wdm_stage_report,
    &wdm_stage_run,   &wdm_stage_export, &wdm_stage_explain, &wdm_stage_compare,
};
enum { N_STAGES = sizeof stages / sizeof stages[0] };

static const wdm_stage *find_stage(const char *name)
{
    for (size_t i = 0; i < N_STAGES; i++) {
        if (strcmp(stages[i]->name, name) == 0)
            return stages[i];
    }
    return NULL;
}

static void print_version(void)
{
    printf("wdm %s\n"
           "Copyright (C) 2026 the wdm authors\n"
           "License GPL-3.0-or-later: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>\n"
           "(it uses the GNU Scientific Library, which is under the GPL).\n"
           "This is free software: you are free to change and redistribute it.\n"
           "There is NO WARRANTY, to the extent permitted by law.\n",
           wdm_version());
}

static void print_help(void)
{
    printf("wdm: wastewater drug monitoring\n\n"
           "Usage: wdm COMMAND [OPTION...] [ARGUMENT...]\n\nCommands:\n");
    for (size_t i = 0; i < N_STAGES; i++)
        printf("  %-10s %s\n", stages[i]->name, stages[i]->summary);
    printf("\nOptions of all commands:\n");
    wdm_cli_print_common_options();
    printf("\n  wdm COMMAND --help   the options of a command\n"
           "  wdm --version        version and licence\n"
           "  wdm --completion     completion for bash; use: source <(wdm --completion)\n\n"
           "Exit status: 0 done; 1 done, some rows rejected; 64 usage; 65 data refused, nothing stored; 66 "
           "no input;\n"
           "70 internal; 71 out of memory; 73 disk full or cannot create; 74 input or output error; 75 busy, "
           "try again;\n"
           "77 permission; 78 configuration. `wdm check` alone: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n");
}

static void print_completion(void)
{
    printf("_wdm() {\n  local cur=${COMP_WORDS[COMP_CWORD]}\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    "
           "COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < N_STAGES; i++)
        printf("%s ", stages[i]->name);
    printf("--help --version\" -- \"$cur\")); return\n  fi\n  case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < N_STAGES; i++) {
        printf("    %s) words=\"", stages[i]->name);
        wdm_cli_print_option_words(stages[i]);
        printf("\" ;;\n");
    }
    printf(
        "    *) words= ;;\n  esac\n  case $cur in -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
        "    *) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n  esac\n}\ncomplete -F _wdm wdm\n");
}

static int fail(const wdm_err *err)
{
    fprintf(stderr, "wdm: %s\n", err->text[0] == '\0' ? wdm_rc_text(err->rc) : err->text);
    return wdm_rc_status(err->rc);
}

static int run_stage(const wdm_stage *stage, int argc, char **argv)
{
    wdm_err err = {WDM_OK, ""};
    int status = 0;
    wdm_cli cli = {.stage = stage, .status = &status};
    bool help = false;
    wdm_rc rc = wdm_cli_parse(&cli, argc, argv, &help, &err);
    if (rc == WDM_OK && help) {
        wdm_cli_print_help(stage);
        return 0;
    }
    if (rc == WDM_OK)
        rc = stage->run(&cli, &err);
    if (rc == WDM_OK)
        return status;
    err.rc = rc;
    if (err.text[0] == '\0' && (rc == WDM_E_PARTIAL || rc == WDM_E_IO))
        return wdm_rc_status(rc); // said already, row by row; or the reader of a pipe has gone
    return fail(&err);
}

// Errors of delayed writes show up only here.
static int close_stdout(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (errno == EPIPE) // the reader has seen enough, as in `wdm export daily | head`
        return status == 0 ? wdm_rc_status(WDM_E_IO) : status;
    fprintf(stderr, "wdm: cannot write to standard output; is the disk full?\n");
    return status == 0 ? wdm_rc_status(WDM_E_IO) : status;
}

int main(int argc, char **argv)
{
    const char *name = argc > 0 ? wdm_path_base(argv[0]) : "wdm";
    const wdm_stage *stage = strncmp(name, "wdm-", 4) == 0 ? find_stage(name + 4) : NULL;
    wdm_cli_ignore_signals();
    if (stage != NULL)
        return close_stdout(run_stage(stage, argc - 1, argv + 1));
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help();
        return close_stdout(argc < 2 ? wdm_rc_status(WDM_E_USAGE) : 0);
    }
    if (strcmp(argv[1], "--version") == 0) {
        print_version();
        return close_stdout(0);
    }
    if (strcmp(argv[1], "--completion") == 0) {
        print_completion();
        return close_stdout(0);
    }
    stage = find_stage(argv[1]);
    if (stage == NULL) {
        wdm_err err = {WDM_OK, ""};
        (void)wdm_err_set(&err, WDM_E_USAGE, "\"%s\" is not a command; wdm --help lists them", argv[1]);
        return fail(&err);
    }
    return close_stdout(run_stage(stage, argc - 2, argv + 2));
}
