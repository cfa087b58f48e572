// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "base/hash.h"

// FIPS 180-4 examples (NIST), and the empty message.
static void sha256_gives_the_published_digests(void **state)
{
    static const struct {
        const char *message, *digest;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char hex[WDM_SHA256_HEX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_sha256_hex(cases[i].message, strlen(cases[i].message), hex);
        assert_string_equal(hex, cases[i].digest);
    }
}

static void pieces_hash_like_the_whole(void **state)
{
    // One million times "a": FIPS 180-4.
    char hex[WDM_SHA256_HEX];
    char piece[997];
    size_t left = 1000000;
    wdm_hash hash;
    (void)state;
    memset(piece, 'a', sizeof piece);
    wdm_hash_init(&hash);
    while (left > 0) {
        const size_t n = left < sizeof piece ? left : sizeof piece;
        wdm_hash_update(&hash, piece, n);
        left -= n;
    }
    wdm_hash_final_hex(&hash, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Computed with: printf %s CODE | sha256sum | cut -c1-2
static void buckets_are_the_documented_vectors(void **state)
{
    static const struct {
        const char *site_id;
        int bucket;
    } cases[] = {{"", 0xe3},      {"HK-BSM", 0xcc}, {"AT001", 0x1e},
                 {"HU003", 0x27}, {"江东", 0x7b},   {"site-42", 0x8c}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(wdm_bucket(cases[i].site_id), cases[i].bucket);
}

// 10,000 codes over 256 buckets: every bucket is used, none by more than three times its share.
static void buckets_spread(void **state)
{
    int count[256] = {0};
    (void)state;
    for (int i = 0; i < 10000; i++) {
        char code[32];
        (void)snprintf(code, sizeof code, "site-%d", i);
        count[wdm_bucket(code)]++;
    }
    for (int b = 0; b < 256; b++)
        assert_in_range(count[b], 1, 3 * 10000 / 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(pieces_hash_like_the_whole),
        cmocka_unit_test(buckets_are_the_documented_vectors),
        cmocka_unit_test(buckets_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
