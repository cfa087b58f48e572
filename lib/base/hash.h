// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 (libsodium) and the shard bucket of a site.
#ifndef WDM_BASE_HASH_H
#define WDM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { WDM_SHA256_BYTES = 32, WDM_SHA256_HEX = 65, WDM_HASH_STATE_BYTES = 128 };

// Running SHA-256 (the state of libsodium lives inside).
typedef struct wdm_hash {
    _Alignas(16) unsigned char state[WDM_HASH_STATE_BYTES];
} wdm_hash;

void wdm_hash_init(wdm_hash *hash);
void wdm_hash_update(wdm_hash *hash, const void *bytes, size_t len);
void wdm_hash_final(wdm_hash *hash, unsigned char out[WDM_SHA256_BYTES]);
// The same, as 64 lower-case hex digits and a NUL.
void wdm_hash_final_hex(wdm_hash *hash, char out[WDM_SHA256_HEX]);
void wdm_sha256_hex(const void *bytes, size_t len, char out[WDM_SHA256_HEX]);

// FNV-1a of the text, 64 bits: for look-up tables and keys inside a run, never stored.
uint64_t wdm_hash_text(const char *text);

// Shard bucket: the first byte of SHA-256 of the site code's UTF-8 bytes, 0..255. It is stored with the site
// and never changes. Vectors (printf %s CODE | sha256sum): "" 0xe3, "HK-BSM" see tests/unit/base/test_hash.c.
// Shard k of n (1 <= k <= n) is the sites with bucket % n == k - 1.
int wdm_bucket(const char *site_id);

#endif
