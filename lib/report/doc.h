// SPDX-License-Identifier: GPL-3.0-or-later
// A document as a list of blocks, written once and rendered as HTML and as Markdown. Texts are plain: the
// renderers escape.
#ifndef WDM_REPORT_DOC_H
#define WDM_REPORT_DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/config.h"

typedef enum wdm_block_kind {
    WDM_BLOCK_LEAD,      // the headline sentence
    WDM_BLOCK_HEADING,   // of a section
    WDM_BLOCK_SUBHEAD,   // inside a section
    WDM_BLOCK_PARAGRAPH, //
    WDM_BLOCK_NOTE,      // small print
    WDM_BLOCK_ITEM,      // of a list
    WDM_BLOCK_TABLE,
    WDM_BLOCK_PICTURE
} wdm_block_kind;

typedef struct wdm_doc_cell {
    const char *text;
    const char *hint;   // shown when pointed at; "" none
    const char *svg;    // a small drawing of our own making, already markup; HTML only
    const char *colour; // class of the cell's ground: one of the classes of the style sheet, "" none
    char ground[8];     // "#rrggbb", "" none; with ink
    const char *ink;
    bool head, numeric, outlined;
} wdm_doc_cell;

typedef struct wdm_doc_block {
    wdm_block_kind kind;
    const char *text;  // of a table or picture: what it shows
    const char *style; // class of a table
    size_t columns;
    WDM_ROWS(wdm_doc_cell) cells;
    const char *file;  // picture: where it lies, relative to the document
    const char *bytes; // picture: SVG
    size_t len;
} wdm_doc_block;

typedef struct wdm_doc {
    const char *title, *lang; // "en", "zh-CN"
    WDM_ROWS(wdm_doc_block) blocks;
    wdm_arena arena;
    wdm_rc rc; // sticky
} wdm_doc;

void wdm_doc_init(wdm_doc *doc);
void wdm_doc_fini(wdm_doc *doc);
// Copies text into the document's arena; "" on failure, which sticks.
const char *wdm_doc_keep(wdm_doc *doc, const char *text);
// Appends a block with the text copied.
void wdm_doc_add(wdm_doc *doc, wdm_block_kind kind, const char *text);
// Starts a table; cells are then appended to it row by row.
void wdm_doc_table(wdm_doc *doc, const char *style, const char *caption, size_t columns);
// Appends a cell to the table begun last. The cell is valid until the next one; never NULL.
wdm_doc_cell *wdm_doc_head(wdm_doc *doc, const char *text);
wdm_doc_cell *wdm_doc_cell_add(wdm_doc *doc, const char *text);
wdm_doc_cell *wdm_doc_number(wdm_doc *doc, const char *text);
void wdm_doc_picture(wdm_doc *doc, const char *alt, const char *file, const char *bytes, size_t len);
// WDM_OK, or what stuck.
wdm_rc wdm_doc_check(const wdm_doc *doc, wdm_err *err) WDM_MUST_CHECK;

#endif
