// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/magic.h"

#include <string.h>

// Central directory of a zip (APPNOTE.TXT 4.3.12): a record starts with this mark, has the length of its name
// at 28 and the name at 46.
static const unsigned char zip_entry[] = {'P', 'K', 1, 2};
enum { NAME_LEN_AT = 28, NAME_AT = 46 };

static bool starts(const char *name, size_t len, const char *with)
{
    return len >= strlen(with) && memcmp(name, with, strlen(with)) == 0;
}

static wdm_source_kind kind_of_zip(const unsigned char *tail, size_t len, int *sheets)
{
    bool types = false;
    bool book = false;
    for (size_t i = 0; i + NAME_AT <= len; i++) {
        const size_t n = (size_t)tail[i + NAME_LEN_AT] + (size_t)tail[i + NAME_LEN_AT + 1] * 256;
        const char *name = (const char *)tail + i + NAME_AT;
        if (memcmp(tail + i, zip_entry, sizeof zip_entry) != 0 || n > len - i - NAME_AT)
            continue;
        types = types || (n == strlen("[Content_Types].xml") && starts(name, n, "[Content_Types].xml"));
        book = book || starts(name, n, "xl/");
        // Not the folder _rels beside the sheets.
        *sheets += starts(name, n, "xl/worksheets/") && n > 4 && memcmp(name + n - 4, ".xml", 4) == 0;
    }
    return types && book ? WDM_SOURCE_XLSX : WDM_SOURCE_ARCHIVE;
}

wdm_source_kind wdm_magic_kind(const wdm_bytescan *scan, const unsigned char *tail, size_t tail_len,
                               int *sheets)
{
    static const struct {
        const char *bytes;
        size_t n;
        wdm_source_kind kind;
    } kinds[] = {
        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, WDM_SOURCE_XLS}, // OLE compound file: Excel 97-2003
        {"%PDF-", 5, WDM_SOURCE_PDF},
        {"\x1f\x8b", 2, WDM_SOURCE_ARCHIVE}, // gzip
        {"7z\xbc\xaf\x27\x1c", 6, WDM_SOURCE_ARCHIVE},
        {"PK\5\6", 4, WDM_SOURCE_ARCHIVE}, // an empty zip
        {"Rar!\x1a\x07", 6, WDM_SOURCE_ARCHIVE},
        {"BZh91AY&SY", 10, WDM_SOURCE_ARCHIVE},      // bzip2 at its usual block size
        {"\xfd\x37zXZ", 6, WDM_SOURCE_ARCHIVE},      // with its NUL
        {"\x28\xb5\x2f\xfd", 4, WDM_SOURCE_ARCHIVE}, // zstd
    };
    *sheets = 0;
    if (scan->size >= 4 && memcmp(scan->head, "PK\3\4", 4) == 0)
        return kind_of_zip(tail, tail_len, sheets);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (scan->size >= kinds[i].n && memcmp(scan->head, kinds[i].bytes, kinds[i].n) == 0)
            return kinds[i].kind;
    }
    return wdm_bytescan_binary(scan) ? WDM_SOURCE_BINARY : WDM_SOURCE_TEXT;
}
