// SPDX-License-Identifier: GPL-3.0-or-later
// Random numbers keyed by (seed, natural key), never by position: any order, thread count or shard gives the
// same bytes.
#ifndef WDM_BASE_RNG_H
#define WDM_BASE_RNG_H

#include <stdint.h>

// xoshiro256++ (Blackman and Vigna 2019, doi:10.1145/3460772) seeded with SHA-256 of the decimal seed, a
// newline and the key.
typedef struct wdm_rng {
    uint64_t s[4];
} wdm_rng;

void wdm_rng_init(wdm_rng *rng, uint64_t seed, const char *key);
uint64_t wdm_rng_next(wdm_rng *rng);
// Uniform on (0, 1), never 0 or 1.
double wdm_rng_uniform(wdm_rng *rng);
// Standard normal (polar method of Marsaglia).
double wdm_rng_normal(wdm_rng *rng);

#endif
