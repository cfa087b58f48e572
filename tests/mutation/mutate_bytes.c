// SPDX-License-Identifier: GPL-3.0-or-later
// Damage to bytes, line ends and character sets.
#include <string.h>

#include "mutant.h"

void mutate_bit(mutant *m)
{
    const size_t n = 1 + mutant_random(m, 3);
    for (size_t i = 0; i < n && m->text.len > 0; i++) {
        const size_t at = mutant_random(m, m->text.len);
        const char c = (char)((unsigned char)m->text.data[at] ^ (1U << mutant_random(m, 8)));
        mutant_splice(m, at, 1, &c, 1);
    }
}

void mutate_byte(mutant *m)
{
    const char c = (char)mutant_random(m, 256);
    if (m->text.len > 0)
        mutant_splice(m, mutant_random(m, m->text.len), 1, &c, 1);
}

void mutate_byte_in(mutant *m)
{
    static const char common[] = ",;\t\"'.0159eE-+<> \r\n\x80\xa0\xe9\xff";
    const char c =
        mutant_random(m, 3) == 0 ? (char)mutant_random(m, 256) : common[mutant_random(m, sizeof common - 1)];
    mutant_splice(m, mutant_random(m, m->text.len + 1), 0, &c, 1);
}

void mutate_byte_out(mutant *m)
{
    const size_t at = mutant_random(m, m->text.len);
    const size_t n = mutant_random(m, 3) > 0 ? 1 : 1 + mutant_random(m, 30);
    if (m->text.len > 0)
        mutant_splice(m, at, n < m->text.len - at ? n : m->text.len - at, "", 0);
}

void mutate_nul(mutant *m)
{
    const size_t at = mutant_random(m, m->text.len);
    if (m->text.len > 0)
        mutant_splice(m, at, mutant_random(m, 2), "\0", 1);
}

void mutate_truncate(mutant *m)
{
    const size_t at = mutant_random(m, m->text.len);
    if (m->text.len > 0)
        mutant_splice(m, at, m->text.len - at, "", 0);
}

void mutate_line_ends(mutant *m)
{
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\n\r", "\r\r\n"};
    const size_t to = mutant_random(m, sizeof ends / sizeof ends[0]);
    const bool mixed = mutant_random(m, 4) == 0;
    wdm_buf out;
    wdm_buf_init(&out, MUTANT_TEXT_MAX);
    for (size_t at = 0; at < m->text.len;) {
        span line = {at, 0, at};
        while (line.next < m->text.len && m->text.data[line.next] != '\n' && m->text.data[line.next] != '\r')
            line.next++;
        wdm_buf_put(&out, m->text.data + at, line.next - at);
        if (line.next < m->text.len)
            wdm_buf_puts(&out, ends[mixed ? mutant_random(m, 3) : to]);
        at = line.next + 1;
        if (at < m->text.len && m->text.data[line.next] == '\r' && m->text.data[at] == '\n')
            at++;
    }
    wdm_buf_fini(&m->text);
    m->text = out;
}

void mutate_bom(mutant *m)
{
    static const char *const marks[] = {"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff", "\xef\xbb",
                                        "\xef\xbb\xbf\xef\xbb\xbf"};
    const char *mark = marks[mutant_random(m, 8) % 5];
    const size_t at = mutant_random(m, 6) == 0 ? mutant_random(m, m->text.len + 1) : 0;
    mutant_splice(m, at, 0, mark, strlen(mark));
}

void mutate_encoding(mutant *m)
{
    static const char *const sets[] = {"UTF-16LE", "UTF-16BE", "GB18030", "CP1252", "ISO-8859-1", "UTF-8"};
    static const char *const texts[] = {"é", "µ", "样品", "水样,一", "°C", "ß", "Ω", "未检出"};
    const char *text = texts[mutant_random(m, sizeof texts / sizeof texts[0])];
    span cell = {0, 0, 0};
    m->encoding = sets[mutant_random(m, sizeof sets / sizeof sets[0])];
    if (mutant_random(m, 2) == 0 && mutant_pick_cell(m, false, &cell))
        mutant_splice(m, cell.at + cell.len, 0, text, strlen(text));
}
