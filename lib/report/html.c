// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/html.h"

#include <string.h>

#include "report/clean.h"

static const char style[] =
    ":root{color-scheme:light "
    "dark;--ink:#1a1a1a;--soft:#5a5a5a;--rule:#d9d9d9;--page:#fff;--band:#f4f4f4;--link:#0072b2}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#a8a8a8;--rule:#3d3d3d;--page:#161616;--"
    "band:#222;"
    "--link:#56b4e9}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:1080px;padding:1.2rem 1rem 3rem;background:var(--page);color:var(--ink);"
    "font:15px/1.5 system-ui,-apple-system,'Segoe UI','Noto Sans','PingFang SC','Microsoft YaHei','WenQuanYi "
    "Micro Hei',"
    "sans-serif}\n"
    "h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0 .3rem}\n"
    "h2{font-size:1.15rem;margin:2.2rem 0 .5rem;padding-top:.5rem;border-top:2px solid var(--rule)}\n"
    "h3{font-size:1rem;margin:1.3rem 0 .3rem}\n"
    "p{margin:.35rem "
    "0}p,li{overflow-wrap:anywhere}\n.lead{font-size:1.25rem;line-height:1.35;font-weight:600;margin:.6rem "
    "0}\n"
    ".note{color:var(--soft);font-size:.85rem}\nul{margin:.3rem 0 .3rem 1.1rem;padding:0}\n"
    ".wide{overflow-x:auto;margin:.5rem 0}\n"
    "table{border-collapse:collapse;font-size:.87rem;font-variant-numeric:tabular-nums;min-width:50%}\n"
    "th,td{padding:.28rem .55rem;text-align:left;vertical-align:middle;border-bottom:1px solid var(--rule)}\n"
    "thead "
    "th{color:var(--soft);font-weight:600;vertical-align:bottom}\nth.n,td.n{text-align:right}td.n{white-"
    "space:nowrap}\n"
    "table.heat{border-collapse:separate;border-spacing:2px;width:100%;table-layout:fixed;min-width:940px}\n"
    "table.heat td,table.heat th{border:0;text-align:center;padding:.38rem .15rem}\n"
    "table.heat th{overflow-wrap:anywhere;hyphens:auto;font-size:.72rem}table.heat tbody "
    "th{font-size:.87rem}table.heat "
    "th:first-child{width:7rem}\n"
    "table.heat th:first-child{text-align:right;font-weight:400;padding-right:.4rem}\n"
    "td.below{background:#ececec;color:#4a4a4a}\n"
    "td.t{white-space:nowrap}\n"
    "td.none{color:var(--soft);background:repeating-linear-gradient(135deg,transparent 0 5px,var(--rule) 5px "
    "6px)}\n"
    "td.plain{background:var(--band);color:var(--soft)}\n"
    "td.outlined{outline:3px solid var(--ink);outline-offset:-2px;font-weight:700}\n"
    "td.critical{background:#962e00;color:#fff}td.warning{background:#d55e00;color:#000}"
    "td.notice{background:#f0c25a;color:#000}td.info{background:#56b4e9;color:#000}\n"
    "table.plain td:not(:last-child){white-space:nowrap}table.plain td:last-child{min-width:8rem}\n"
    "table.rank td svg{display:block;width:100%;min-width:220px;height:22px}table.rank{width:100%}\n"
    "table.rank td.bar{width:45%;padding-top:0;padding-bottom:0}\n"
    "table.region th,table.region td{padding-left:.3rem;padding-right:.3rem;font-size:.92em}\n"
    ".bar line{vector-effect:non-scaling-stroke}.bar .span{stroke:#56a0d0;stroke-width:5}"
    ".bar .dot,.bar .ring,.bar .hole{stroke-linecap:round;stroke-width:10}.bar .dot{stroke:#0072b2}"
    ".bar .ring{stroke:#8a8a8a}.bar .hole{stroke:var(--page);stroke-width:6.5}"
    ".bar .grid{stroke:var(--rule);stroke-width:1}.bar text{fill:var(--soft);font-size:9px;font-weight:400}\n"
    "figure{margin:1rem 0}figure img{width:100%;height:auto;display:block;background:#fff;border:1px solid "
    "var(--rule)}\n"
    "figcaption{position:absolute;left:-9999px}\n"
    "@media(max-width:640px){body{font-size:14px;padding:.8rem .6rem 2rem}table{font-size:.8rem}"
    "th,td{padding:.22rem .35rem}table.alerts th,table.alerts td,table.region td,table.rank "
    "td,table.indicator td"
    "{white-space:nowrap}}\n"
    "@page{size:A4;margin:14mm 12mm}\n"
    "@media print{:root{--ink:#000;--soft:#444;--rule:#bbb;--page:#fff;--band:#f2f2f2}"
    "body{max-width:none;padding:0;font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}"
    "table{font-size:8.5pt}table.plain "
    "td:not(:last-child){white-space:normal}.wide{overflow:visible}h2,h3{break-after:avoid}figure,tr{break-"
    "inside:avoid}"
    "thead{display:table-header-group}table.rank td svg,table.heat{min-width:0}}\n";

void wdm_html_escape(wdm_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        char piece[8] = {0};
        p = wdm_clean_next(p, piece);
        switch (piece[0]) {
        case '&':
            wdm_buf_puts(out, "&amp;");
            break;
        case '<':
            wdm_buf_puts(out, "&lt;");
            break;
        case '>':
            wdm_buf_puts(out, "&gt;");
            break;
        case '"':
            wdm_buf_puts(out, "&quot;");
            break;
        case '\'':
            wdm_buf_puts(out, "&#39;");
            break;
        default:
            wdm_buf_puts(out, piece);
        }
    }
}

void wdm_base64_put(wdm_buf *out, const char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *b = (const unsigned char *)bytes;
    for (size_t i = 0; i < len; i += 3) {
        const size_t left = len - i;
        const unsigned group = ((unsigned)b[i] << 16) | (left > 1 ? (unsigned)b[i + 1] << 8 : 0u) |
                               (left > 2 ? (unsigned)b[i + 2] : 0u);
        const char four[4] = {digits[group >> 18], digits[(group >> 12) & 63],
                              left > 1 ? digits[(group >> 6) & 63] : '=',
                              left > 2 ? digits[group & 63] : '='};
        wdm_buf_put(out, four, sizeof four);
    }
}

static void put_element(wdm_buf *out, const char *open, const char *text, const char *close)
{
    wdm_buf_puts(out, open);
    wdm_html_escape(out, text);
    wdm_buf_puts(out, close);
}

static void put_cell(wdm_buf *out, const wdm_doc_cell *cell, const char *scope)
{
    wdm_buf_puts(out, cell->head ? "<th" : "<td");
    if (cell->head)
        wdm_buf_printf(out, " scope=\"%s\"", scope);
    if (cell->numeric || cell->outlined || cell->colour[0] != '\0')
        wdm_buf_printf(out, " class=\"%s%s%s\"", cell->numeric ? "n " : "", cell->outlined ? "outlined " : "",
                       cell->colour);
    if (cell->ground[0] != '\0')
        wdm_buf_printf(out, " style=\"background:%s;color:%s\"", cell->ground, cell->ink);
    if (cell->hint[0] != '\0')
        put_element(out, " title=\"", cell->hint, "\"");
    wdm_buf_puts(out, ">");
    wdm_buf_puts(out, cell->svg);
    wdm_html_escape(out, cell->text);
    wdm_buf_puts(out, cell->head ? "</th>" : "</td>");
}

static void put_table(wdm_buf *out, const wdm_doc_block *block)
{
    wdm_buf_printf(out, "<div class=\"wide\"><table class=\"%s\"", block->style);
    put_element(out, " aria-label=\"", block->text, "\">\n<thead>\n");
    for (size_t i = 0; i < block->cells.n && block->columns > 0; i++) {
        if (i == block->columns)
            wdm_buf_puts(out, "</thead>\n<tbody>\n");
        if (i % block->columns == 0)
            wdm_buf_puts(out, "<tr>");
        put_cell(out, &block->cells.rows[i], i < block->columns ? "col" : "row");
        if (i % block->columns == block->columns - 1)
            wdm_buf_puts(out, "</tr>\n");
    }
    wdm_buf_puts(out,
                 block->cells.n <= block->columns ? "</thead></table></div>\n" : "</tbody></table></div>\n");
}

// An SVG as an image cannot run anything, and its identifiers do not meet those of the next one.
static void put_picture(wdm_buf *out, const wdm_doc_block *block)
{
    put_element(out, "<figure><img alt=\"", block->text,
                "\" width=\"1280\" height=\"720\" src=\"data:image/svg+xml;base64,");
    wdm_base64_put(out, block->bytes, block->len);
    put_element(out, "\"><figcaption>", block->text, "</figcaption></figure>\n");
}

static void put_block(wdm_buf *out, const wdm_doc_block *block)
{
    switch (block->kind) {
    case WDM_BLOCK_LEAD:
        put_element(out, "<p class=\"lead\">", block->text, "</p>\n");
        break;
    case WDM_BLOCK_HEADING:
        put_element(out, "<h2>", block->text, "</h2>\n");
        break;
    case WDM_BLOCK_SUBHEAD:
        put_element(out, "<h3>", block->text, "</h3>\n");
        break;
    case WDM_BLOCK_PARAGRAPH:
        put_element(out, "<p>", block->text, "</p>\n");
        break;
    case WDM_BLOCK_NOTE:
        put_element(out, "<p class=\"note\">", block->text, "</p>\n");
        break;
    case WDM_BLOCK_ITEM:
        put_element(out, "<ul><li>", block->text, "</li></ul>\n");
        break;
    case WDM_BLOCK_TABLE:
        put_table(out, block);
        break;
    case WDM_BLOCK_PICTURE:
        put_picture(out, block);
        break;
    }
}

wdm_rc wdm_html_write(const wdm_doc *doc, wdm_buf *out, wdm_err *err)
{
    put_element(out, "<!DOCTYPE html>\n<html lang=\"", doc->lang, "\">\n<head>\n<meta charset=\"utf-8\">\n");
    wdm_buf_puts(out,
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
                 "style-src 'unsafe-inline'\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    put_element(out, "<title>", doc->title, "</title>\n<style>\n");
    wdm_buf_puts(out, style);
    put_element(out, "</style>\n</head>\n<body>\n<h1>", doc->title, "</h1>\n");
    for (size_t i = 0; i < doc->blocks.n; i++)
        put_block(out, &doc->blocks.rows[i]);
    wdm_buf_puts(out, "</body>\n</html>\n");
    return wdm_buf_check(out, err);
}
