// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/rng.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"

void wdm_rng_init(wdm_rng *rng, uint64_t seed, const char *key)
{
    wdm_hash hash;
    unsigned char digest[WDM_SHA256_BYTES];
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRIu64 "\n", seed);
    wdm_hash_init(&hash);
    wdm_hash_update(&hash, text, strlen(text));
    wdm_hash_update(&hash, key, strlen(key));
    wdm_hash_final(&hash, digest);
    for (int i = 0; i < 4; i++) {
        rng->s[i] = 0;
        for (int b = 0; b < 8; b++)
            rng->s[i] = rng->s[i] << 8 | digest[i * 8 + b];
    }
}

// The finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
static uint64_t scramble(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static const uint64_t GOLDEN = 0x9e3779b97f4a7c15u;

uint64_t wdm_key_mix(uint64_t a, uint64_t b)
{
    return scramble(scramble(a + GOLDEN) ^ (b + 2u * GOLDEN));
}

void wdm_rng_init_key(wdm_rng *rng, uint64_t seed, uint64_t key, unsigned part)
{
    uint64_t x = wdm_key_mix(wdm_key_mix(seed, key), part);
    for (int i = 0; i < 4; i++) {
        x += GOLDEN;
        rng->s[i] = scramble(x);
    }
}

static uint64_t rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t wdm_rng_next(wdm_rng *rng)
{
    uint64_t *s = rng->s;
    const uint64_t result = rotl(s[0] + s[3], 23) + s[0];
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

double wdm_rng_uniform(wdm_rng *rng)
{
    return ((double)(wdm_rng_next(rng) >> 12) + 0.5) * 0x1p-52;
}

double wdm_rng_normal(wdm_rng *rng)
{
    double u = 0.0;
    double v = 0.0;
    double r2 = 0.0;
    do {
        u = 2.0 * wdm_rng_uniform(rng) - 1.0;
        v = 2.0 * wdm_rng_uniform(rng) - 1.0;
        r2 = u * u + v * v;
    } while (r2 >= 1.0 || r2 == 0.0);
    return u * sqrt(-2.0 * log(r2) / r2);
}
