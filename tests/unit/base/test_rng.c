// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "base/rng.h"

static void the_same_key_gives_the_same_stream(void **state)
{
    wdm_rng a, b;
    (void)state;
    wdm_rng_init(&a, 7, "HK-BSM/cocaine/2026-W47");
    wdm_rng_init(&b, 7, "HK-BSM/cocaine/2026-W47");
    for (int i = 0; i < 1000; i++)
        assert_true(wdm_rng_next(&a) == wdm_rng_next(&b));
}

static void another_seed_or_key_gives_another_stream(void **state)
{
    wdm_rng a, b, c, d;
    int same = 0;
    (void)state;
    wdm_rng_init(&a, 7, "x");
    wdm_rng_init(&b, 8, "x");
    wdm_rng_init(&c, 7, "y");
    wdm_rng_init(&d, 71, ""); // "7\n1..." and "71\n..." must not meet
    for (int i = 0; i < 100; i++) {
        const uint64_t v = wdm_rng_next(&a);
        same += v == wdm_rng_next(&b);
        same += v == wdm_rng_next(&c);
        same += v == wdm_rng_next(&d);
    }
    assert_int_equal(same, 0);
}

// Keys taken in any order give each its own bytes: nothing depends on position.
static void order_does_not_matter(void **state)
{
    static const char *const keys[] = {"a", "b", "c", "d"};
    double forward[4], backward[4];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        wdm_rng rng;
        wdm_rng_init(&rng, 1, keys[i]);
        forward[i] = wdm_rng_normal(&rng);
    }
    for (size_t i = 4; i-- > 0;) {
        wdm_rng rng;
        wdm_rng_init(&rng, 1, keys[i]);
        backward[i] = wdm_rng_normal(&rng);
    }
    assert_memory_equal(forward, backward, sizeof forward);
}

// The generator of Blackman and Vigna with s = {1, 2, 3, 4}: first outputs of the reference implementation
// (as in the rand_xoshiro crate's test and the generator's own C code).
static void xoshiro256plusplus_gives_the_reference_outputs(void **state)
{
    static const uint64_t expected[] = {41943041u, 58720359u, 3588806011781223u, 3591011842654386u,
                                        9228616714210784205u};
    wdm_rng rng = {{1, 2, 3, 4}};
    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_true(wdm_rng_next(&rng) == expected[i]);
}

static void hashed_keys_seeds_and_parts_give_streams_of_their_own(void **state)
{
    wdm_rng r[5];
    int same = 0;
    (void)state;
    wdm_rng_init_key(&r[0], 7, 1, 0);
    wdm_rng_init_key(&r[1], 7, 1, 1);
    wdm_rng_init_key(&r[2], 7, 2, 0);
    wdm_rng_init_key(&r[3], 8, 1, 0);
    wdm_rng_init_key(&r[4], 1, 7, 0);
    for (int i = 0; i < 100; i++) {
        uint64_t v[5];
        for (int k = 0; k < 5; k++)
            v[k] = wdm_rng_next(&r[k]);
        for (int k = 0; k < 5; k++) {
            for (int l = 0; l < k; l++)
                same += v[k] == v[l];
        }
    }
    assert_int_equal(same, 0);
    wdm_rng_init_key(&r[1], 7, 1, 0);
    wdm_rng_init_key(&r[0], 7, 1, 0);
    assert_memory_equal(&r[0], &r[1], sizeof r[0]);
    assert_true(wdm_key_mix(1, 2) != wdm_key_mix(2, 1));
    assert_true(wdm_key_mix(wdm_key_mix(1, 2), 0) != wdm_key_mix(1, 2));
}

static void uniform_and_normal_have_their_moments(void **state)
{
    enum { N = 200000 };
    double u1 = 0.0, u2 = 0.0, z1 = 0.0, z2 = 0.0, z4 = 0.0;
    int inside = 0;
    wdm_rng rng;
    (void)state;
    wdm_rng_init(&rng, 42, "moments");
    for (int i = 0; i < N; i++) {
        const double u = wdm_rng_uniform(&rng);
        const double z = wdm_rng_normal(&rng);
        assert_true(u > 0.0 && u < 1.0);
        u1 += u;
        u2 += u * u;
        z1 += z;
        z2 += z * z;
        z4 += z * z * z * z;
        inside += fabs(z) < 1.959963984540054;
    }
    // Limits: five standard errors of each mean.
    assert_true(fabs(u1 / N - 0.5) < 5.0 * 0.2887 / sqrt(N));
    assert_true(fabs(u2 / N - u1 / N * (u1 / N) - 1.0 / 12.0) < 5.0 * 0.0745 / sqrt(N));
    assert_true(fabs(z1 / N) < 5.0 / sqrt(N));
    assert_true(fabs(z2 / N - 1.0) < 5.0 * 1.4142 / sqrt(N));
    assert_true(fabs(z4 / N - 3.0) < 5.0 * 9.8 / sqrt(N));
    assert_true(fabs((double)inside / N - 0.95) < 5.0 * 0.218 / sqrt(N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_key_gives_the_same_stream),
        cmocka_unit_test(another_seed_or_key_gives_another_stream),
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(xoshiro256plusplus_gives_the_reference_outputs),
        cmocka_unit_test(hashed_keys_seeds_and_parts_give_streams_of_their_own),
        cmocka_unit_test(uniform_and_normal_have_their_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
