// SPDX-License-Identifier: GPL-3.0-or-later
// The command line by table: options common to all commands and those of a stage.
#ifndef WDM_PIPELINE_CLI_H
#define WDM_PIPELINE_CLI_H

#include "stage.h"

// Parses the words after the command's name. *help: --help was asked for.
wdm_rc wdm_cli_parse(wdm_cli *cli, int argc, char **argv, bool *help, wdm_err *err) WDM_MUST_CHECK;
void wdm_cli_print_help(const wdm_stage *stage);
void wdm_cli_print_common_options(void);
void wdm_cli_print_option_words(const wdm_stage *stage);
// A closed pipe or a file size limit gives an error code, not a signal.
void wdm_cli_ignore_signals(void);

#endif
