// SPDX-License-Identifier: GPL-3.0-or-later
// Kinds of files by their first bytes; a zip by the list of files at its end.
#ifndef WDM_IO_MAGIC_H
#define WDM_IO_MAGIC_H

#include "io/bytescan.h"
#include "io/source.h"

enum { WDM_MAGIC_TAIL = 64 * 1024 };

// tail: the last tail_len bytes of the file (all of it, or WDM_MAGIC_TAIL). *sheets: worksheets that a zip
// lists. A zip with [Content_Types].xml and a file in xl/ is a workbook, any other one an archive.
wdm_source_kind wdm_magic_kind(const wdm_bytescan *scan, const unsigned char *tail, size_t tail_len,
                               int *sheets);

#endif
