// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/markdown.h"

#include <string.h>

#include "report/clean.h"

// Characters that Markdown or HTML inside it would read are escaped.
static void put_text(wdm_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        char piece[8] = {0};
        p = wdm_clean_next(p, piece);
        if (piece[0] == '<')
            wdm_buf_puts(out, "&lt;");
        else if (piece[0] == '&')
            wdm_buf_puts(out, "&amp;");
        else if (piece[0] != '\0' && strchr("\\`*_[]|#", piece[0]) != NULL)
            wdm_buf_printf(out, "\\%s", piece);
        else
            wdm_buf_puts(out, piece);
    }
}

static void put_line(wdm_buf *out, const char *before, const char *text, const char *after)
{
    wdm_buf_puts(out, before);
    put_text(out, text);
    wdm_buf_puts(out, after);
}

static void put_table(wdm_buf *out, const wdm_doc_block *block)
{
    for (size_t i = 0; i < block->cells.n; i++) {
        const wdm_doc_cell *cell = &block->cells.rows[i];
        wdm_buf_puts(out, i % block->columns == 0 ? "| " : " ");
        put_line(out, cell->outlined ? "**" : "", cell->text, cell->outlined ? "** |" : " |");
        if (i % block->columns != block->columns - 1)
            continue;
        wdm_buf_puts(out, "\n");
        if (i == block->columns - 1) {
            for (size_t k = 0; k < block->columns; k++)
                wdm_buf_puts(out, block->cells.rows[k].numeric ? "|---:" : "|---");
            wdm_buf_puts(out, "|\n");
        }
    }
    wdm_buf_puts(out, "\n");
}

static void put_block(wdm_buf *out, const wdm_doc_block *block, bool list_goes_on)
{
    switch (block->kind) {
    case WDM_BLOCK_LEAD:
        put_line(out, "**", block->text, "**\n\n");
        break;
    case WDM_BLOCK_HEADING:
        put_line(out, "## ", block->text, "\n\n");
        break;
    case WDM_BLOCK_SUBHEAD:
        put_line(out, "### ", block->text, "\n\n");
        break;
    case WDM_BLOCK_PARAGRAPH:
    case WDM_BLOCK_NOTE:
        put_line(out, "", block->text, "\n\n");
        break;
    case WDM_BLOCK_ITEM:
        put_line(out, "- ", block->text, list_goes_on ? "\n" : "\n\n");
        break;
    case WDM_BLOCK_TABLE:
        put_table(out, block);
        break;
    case WDM_BLOCK_PICTURE:
        put_line(out, "![", block->text, "](");
        wdm_buf_puts(out, block->file); // made of [A-Za-z0-9._-] and the folder's name
        wdm_buf_puts(out, ")\n\n");
        break;
    }
}

wdm_rc wdm_markdown_write(const wdm_doc *doc, wdm_buf *out, wdm_err *err)
{
    put_line(out, "# ", doc->title, "\n\n");
    for (size_t i = 0; i < doc->blocks.n; i++)
        put_block(out, &doc->blocks.rows[i],
                  i + 1 < doc->blocks.n && doc->blocks.rows[i + 1].kind == WDM_BLOCK_ITEM);
    return wdm_buf_check(out, err);
}
