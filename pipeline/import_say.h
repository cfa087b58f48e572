// SPDX-License-Identifier: GPL-3.0-or-later
// The verdict on an imported file as text for people and as one JSON object; the caller decides where it
// goes.
#ifndef WDM_PIPELINE_IMPORT_SAY_H
#define WDM_PIPELINE_IMPORT_SAY_H

#include "import_file.h"

typedef struct wdm_import_manner {
    bool dry_run;
    bool all_issues;  // else the first 20 and how many more
    const char *path; // of the file, for the command that is proposed
} wdm_import_manner;

// Appends the verdict, each line ending in \n: head, issues, what was stored or why not.
void wdm_import_say(wdm_buf *out, const wdm_import_report *report, const wdm_import_manner *manner);

// Appends the object of --format jsonl and \n. Bytes of the file's name that are not UTF-8 are left out of
// it.
wdm_rc wdm_import_json(wdm_buf *out, const wdm_import_report *report, wdm_err *err) WDM_MUST_CHECK;

// Says the verdict rc on stderr (a good one not with --quiet) and, with --format jsonl, prints the object.
// path names the file in the command that is proposed; err->text is what is wrong with the file as a whole,
// "" when it is about rows. Returns rc, or what went wrong in saying it.
wdm_rc wdm_import_announce(const wdm_cli *cli, const wdm_import_report *report, const char *path, wdm_rc rc,
                           wdm_err *err) WDM_MUST_CHECK;

#endif
