// SPDX-License-Identifier: GPL-3.0-or-later
// The schema's migrations, forward-only, embedded at build time from lib/store/migrations/NNNN_what.sql.
#ifndef WDM_STORE_MIGRATIONS_H
#define WDM_STORE_MIGRATIONS_H

#include <stddef.h>

typedef struct wdm_migration {
    int number;
    const char *name;
    const unsigned char *sql; // NUL-terminated
    size_t len;
} wdm_migration;

extern const wdm_migration wdm_migrations[];
extern const size_t wdm_migrations_n;

#endif
