// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the import stage: the folder side of an inbox. DIR/.wdm-inbox.lock lets one run in at a time;
// DIR/.wdm-inbox/ is the spool, where the report and the rejects of the file in progress are made, with a
// journal that says how far it has got. A run that was killed at any point is finished by the next one:
//
//   journal "import": the file's bytes and the newest batch that had them before. The file lies in DIR. When
//                     the store has a newer batch with these bytes, the import was committed and only the
//                     moving is left; else it never happened.
//   journal "move":   the verdict is final and the places are chosen; each of up to three renames is done or
//                     still to do.
//   no journal:       nothing was under way.
#ifndef WDM_PIPELINE_INBOX_SPOOL_H
#define WDM_PIPELINE_INBOX_SPOOL_H

#include "base/date.h"
#include "io/folder.h"

enum { WDM_NAME_BYTES = 256, WDM_INBOX_JSON = 8192 };
#define WDM_INBOX_REPORT "report.txt"
#define WDM_INBOX_REJECTS "rejects.csv"

typedef enum wdm_inbox_phase { WDM_INBOX_IDLE, WDM_INBOX_IMPORT, WDM_INBOX_MOVE } wdm_inbox_phase;

typedef struct wdm_inbox_journal {
    wdm_inbox_phase phase;
    char name[WDM_NAME_BYTES]; // in DIR
    char sha256[WDM_SHA256_HEX];
    int64_t batch_before;      // newest batch with these bytes before the import; 0: none
    wdm_rc verdict;            // move: WDM_OK, WDM_E_PARTIAL or WDM_E_DATA
    char folder[32];           // move: "accepted/2026/11" or "rejected"
    int64_t number;            // move: 1: under its own name; 2: as NAME-2
    char json[WDM_INBOX_JSON]; // move: the object of --format jsonl
} wdm_inbox_journal;

// The names of a file and what lies beside it: "bad.csv", 1 -> bad.csv, bad.report.txt, bad.rejects.csv;
// 2 -> bad-2.csv, bad-2.report.txt, bad-2.rejects.csv. Too long a name is cut at a character.
typedef struct wdm_inbox_names {
    char data[320], report[320], rejects[320]; // at most 255 bytes are used
} wdm_inbox_names;
void wdm_inbox_names_of(const char *name, int64_t number, wdm_inbox_names *names);

typedef struct wdm_inbox_seen {
    int64_t inode, size, mtime_us, first_us;
} wdm_inbox_seen;

typedef struct wdm_inbox {
    wdm_folder dir, spool;
    int lock;
    int64_t now_us, settle_us;
    bool dry_run; // nothing is made, locked or moved
    wdm_inbox_journal journal;
    wdm_inbox_seen *seen, *still; // files with a time in the future: of the last run, of this one
    size_t n_seen, seen_cap, n_still, still_cap;
} wdm_inbox;

// Opens DIR, takes its lock (WDM_E_BUSY at once when another run has it) and reads the journal. With dry_run
// DIR is only opened.
wdm_rc wdm_inbox_open(wdm_inbox *box, const char *dir, int64_t settle_s, bool dry_run,
                      wdm_err *err) WDM_MUST_CHECK;
void wdm_inbox_close(wdm_inbox *box);

// Whether an inbox leaves a file of that name alone: hidden, or named like one that is still being written
// (*.part, *.tmp, *.filepart, ~$* ...).
bool wdm_inbox_ignores(const char *name);
// Whether the file has not changed for settle_s seconds. A time in the future proves nothing: such a file is
// remembered and settled when a later run, settle_s after, finds it with the same size and time.
wdm_rc wdm_inbox_settled(wdm_inbox *box, const wdm_file_facts *facts, bool *settled,
                         wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_inbox_keep_seen(wdm_inbox *box, wdm_err *err) WDM_MUST_CHECK;

// Empties the spool and writes the journal "import".
wdm_rc wdm_inbox_begin(wdm_inbox *box, const char *name, const char *sha256, int64_t batch_before,
                       wdm_err *err) WDM_MUST_CHECK;
// Where the file will go: sets the journal's folder (by verdict and day) and the first number whose three
// names are free, and names.
wdm_rc wdm_inbox_choose(wdm_inbox *box, wdm_rc verdict, wdm_day day, wdm_inbox_names *names,
                        wdm_err *err) WDM_MUST_CHECK;
// Writes the journal "move" and moves file, report and rejects; with keep_file only the latter two.
wdm_rc wdm_inbox_move(wdm_inbox *box, bool keep_file, wdm_inbox_names *names, wdm_err *err) WDM_MUST_CHECK;
// Nothing is under way any more: empties the spool.
wdm_rc wdm_inbox_clear(wdm_inbox *box, wdm_err *err) WDM_MUST_CHECK;

#endif
