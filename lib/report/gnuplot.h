// SPDX-License-Identifier: GPL-3.0-or-later
// A safe driver for gnuplot. gnuplot can run commands from its input (backticks in double-quoted strings,
// `set output
// '|cmd'`, `plot '<cmd'`, a newline in a title), so the script is built only from our own text, numbers and
// quoted texts that passed wdm_gnuplot_text. The program is started without a shell and without ~/.gnuplot,
// in a minimal environment, with a time limit and a size limit; the picture comes back on its standard
// output.
#ifndef WDM_REPORT_GNUPLOT_H
#define WDM_REPORT_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

typedef enum wdm_picture { WDM_PICTURE_PNG, WDM_PICTURE_SVG } wdm_picture;

typedef struct wdm_gnuplot_limits {
    const char *program; // NULL: gnuplot
    int seconds;         // 0: 30
    size_t bytes;        // 0: 16 MiB
} wdm_gnuplot_limits;

// Draws one picture: the script must set no terminal and no output, this adds the terminal (1280 x 720) and
// the variable S by which point sizes must be multiplied (points of the svg terminal are larger). Appends the
// picture's bytes to out. WDM_E_CONFIG: gnuplot is not installed. WDM_E_INTERNAL: it failed, wrote a message,
// was too slow, wrote too much, or the picture has no end (PNG IEND, </svg>). limits may be NULL.
wdm_rc wdm_gnuplot_draw(const char *script, size_t len, wdm_picture kind, const wdm_gnuplot_limits *limits,
                        wdm_buf *out, wdm_err *err) WDM_MUST_CHECK;

// Appends the text as a single-quoted gnuplot string: control and bidirectional control characters and wrong
// UTF-8 are left out, ' is doubled, typographic apostrophes (drawn full width in CJK fonts) become '. "it's"
// gives 'it''s'.
void wdm_gnuplot_text(wdm_buf *out, const char *text);

// Estimated width in em: CJK and full-width 1.0, others 0.5 (gnuplot cannot measure text).
double wdm_gnuplot_width_em(const char *text);

// Whether the name is made of [A-Za-z0-9._-] only, is not empty and does not start with a dot or a dash.
bool wdm_picture_name_valid(const char *name);
// Appends text with every other character replaced by '_', so that an identifier becomes part of a file name.
void wdm_picture_name_put(wdm_buf *out, const char *text);

#endif
