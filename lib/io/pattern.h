// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns and globs of layout files: "Compound {#}: {analyte}", "{analyte} ({unit})", "* (IS)".
#ifndef WDM_IO_PATTERN_H
#define WDM_IO_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

// A named piece of a text; both are borrowed, from the pattern and from the text, and not NUL-terminated.
typedef struct wdm_capture {
    const char *name;
    size_t name_len;
    const char *text; // without blanks around it, never empty
    size_t len;
} wdm_capture;

// Whether the whole text, without the blanks around it, is of the pattern. Characters are compared without
// case and made plain (wdm_plain_code: "（" is "("), the two micro signs are one, runs of blanks are one
// blank; a blank of the pattern also stands for nothing beside a full-width bracket: "可卡因（ng/L）" is of
// "{analyte} ({unit})". "{name}" takes the shortest text for which the rest matches and at least one
// character that is not blank; "{_}" likewise, but is left out of the captures; "{#}" takes digits. A brace
// that is not closed is itself. At most max captures are written, *n of them; a pattern with more names never
// matches. On false *n is 0. Example: "Compound {#}: {analyte}" and "Compound 3:  Cocaine" give analyte =
// "Cocaine".
bool wdm_pattern_match(const char *pattern, const char *text, wdm_capture *captures, size_t max, size_t *n);

// The names that the pattern captures, in order, with text NULL; returns their number, of which at most max
// are written. "{_}" and "{#}" are not among them.
size_t wdm_pattern_names(const char *pattern, wdm_capture *names, size_t max);

// Whether the whole text is of the glob: '*' is any text, also none, '?' one character, "[[]" "[*]" "[?]" the
// character in the brackets; any other bracket is itself. Compared as by wdm_pattern_match.
// Example: "*[[]ISTD]*" matches "Cocaine-d3 [ISTD]".
bool wdm_glob_match(const char *glob, const char *text);

#endif
