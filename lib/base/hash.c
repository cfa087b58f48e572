// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= WDM_HASH_STATE_BYTES, "state too small");

void wdm_hash_init(wdm_hash *hash)
{
    (void)crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)hash->state);
}

void wdm_hash_update(wdm_hash *hash, const void *bytes, size_t len)
{
    (void)crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)hash->state, bytes, len);
}

void wdm_hash_final(wdm_hash *hash, unsigned char out[WDM_SHA256_BYTES])
{
    (void)crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)hash->state, out);
}

void wdm_hash_final_hex(wdm_hash *hash, char out[WDM_SHA256_HEX])
{
    unsigned char digest[WDM_SHA256_BYTES];
    wdm_hash_final(hash, digest);
    (void)sodium_bin2hex(out, WDM_SHA256_HEX, digest, sizeof digest);
}

void wdm_sha256_hex(const void *bytes, size_t len, char out[WDM_SHA256_HEX])
{
    wdm_hash hash;
    wdm_hash_init(&hash);
    wdm_hash_update(&hash, bytes, len);
    wdm_hash_final_hex(&hash, out);
}

uint64_t wdm_hash_text(const char *text)
{
    uint64_t h = 14695981039346656037u;
    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    return h;
}

int wdm_bucket(const char *site_id)
{
    wdm_hash hash;
    unsigned char digest[WDM_SHA256_BYTES];
    wdm_hash_init(&hash);
    wdm_hash_update(&hash, site_id, strlen(site_id));
    wdm_hash_final(&hash, digest);
    return digest[0];
}
