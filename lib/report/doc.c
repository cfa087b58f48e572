// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/doc.h"

#include <string.h>

#include "base/mem.h"

void wdm_doc_init(wdm_doc *doc)
{
    memset(doc, 0, sizeof *doc);
    doc->title = doc->lang = "";
}

void wdm_doc_fini(wdm_doc *doc)
{
    for (size_t i = 0; i < doc->blocks.n; i++)
        wdm_free(doc->blocks.rows[i].cells.rows);
    wdm_free(doc->blocks.rows);
    wdm_arena_fini(&doc->arena);
    memset(doc, 0, sizeof *doc);
}

const char *wdm_doc_keep(wdm_doc *doc, const char *text)
{
    const char *copy = wdm_arena_strdup(&doc->arena, text);
    if (copy == NULL) {
        doc->rc = WDM_E_NOMEM;
        return "";
    }
    return copy;
}

static wdm_doc_block *add(wdm_doc *doc, wdm_block_kind kind, const char *text)
{
    wdm_doc_block *block = NULL;
    if (doc->rc == WDM_OK)
        doc->rc =
            wdm_grow(&doc->blocks.rows, &doc->blocks.cap, doc->blocks.n + 1, sizeof *doc->blocks.rows, NULL);
    if (doc->rc != WDM_OK)
        return NULL;
    block = &doc->blocks.rows[doc->blocks.n++];
    memset(block, 0, sizeof *block);
    block->kind = kind;
    block->text = wdm_doc_keep(doc, text);
    block->style = block->file = block->bytes = "";
    return block;
}

void wdm_doc_add(wdm_doc *doc, wdm_block_kind kind, const char *text)
{
    (void)add(doc, kind, text);
}

void wdm_doc_table(wdm_doc *doc, const char *style, const char *caption, size_t columns)
{
    wdm_doc_block *block = add(doc, WDM_BLOCK_TABLE, caption);
    if (block == NULL)
        return;
    block->style = style;
    block->columns = columns;
}

wdm_doc_cell *wdm_doc_cell_add(wdm_doc *doc, const char *text)
{
    static _Thread_local wdm_doc_cell lost; // written by the caller after a failure, never read
    wdm_doc_block *block = doc->blocks.n == 0 ? NULL : &doc->blocks.rows[doc->blocks.n - 1];
    wdm_doc_cell *cell = &lost;
    if (doc->rc == WDM_OK && (block == NULL || block->kind != WDM_BLOCK_TABLE))
        doc->rc = WDM_E_INTERNAL;
    if (doc->rc == WDM_OK && block != NULL)
        doc->rc = wdm_grow(&block->cells.rows, &block->cells.cap, block->cells.n + 1,
                           sizeof *block->cells.rows, NULL);
    if (doc->rc == WDM_OK && block != NULL)
        cell = &block->cells.rows[block->cells.n++];
    memset(cell, 0, sizeof *cell);
    cell->text = wdm_doc_keep(doc, text);
    cell->hint = cell->svg = cell->colour = cell->ink = "";
    return cell;
}

wdm_doc_cell *wdm_doc_head(wdm_doc *doc, const char *text)
{
    wdm_doc_cell *cell = wdm_doc_cell_add(doc, text);
    cell->head = true;
    return cell;
}

wdm_doc_cell *wdm_doc_number(wdm_doc *doc, const char *text)
{
    wdm_doc_cell *cell = wdm_doc_cell_add(doc, text);
    cell->numeric = true;
    return cell;
}

void wdm_doc_picture(wdm_doc *doc, const char *alt, const char *file, const char *bytes, size_t len)
{
    wdm_doc_block *block = add(doc, WDM_BLOCK_PICTURE, alt);
    char *copy = block == NULL ? NULL : wdm_arena_strndup(&doc->arena, bytes, len);
    if (block == NULL)
        return;
    if (copy == NULL) {
        doc->rc = WDM_E_NOMEM;
        return;
    }
    block->file = wdm_doc_keep(doc, file);
    block->bytes = copy;
    block->len = len;
}

wdm_rc wdm_doc_check(const wdm_doc *doc, wdm_err *err)
{
    if (doc->rc == WDM_E_NOMEM)
        return wdm_err_nomem(err);
    if (doc->rc != WDM_OK)
        return wdm_err_set(err, doc->rc, "the report's document is not well formed");
    return WDM_OK;
}
