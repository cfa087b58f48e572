// SPDX-License-Identifier: GPL-3.0-or-later
// The first line is a pattern (or glob), the rest the text. Captures lie in order in the text, and are not
// empty.
#include "fuzz.h"

#include "io/pattern.h"

enum { CAPTURES = 8, LONGEST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wdm_capture captures[CAPTURES], names[CAPTURES];
    char *pattern = fuzz_text(data, size < LONGEST ? size : LONGEST);
    char *line_end = strchr(pattern, '\n');
    char *text = fuzz_text((const uint8_t *)(line_end == NULL ? "" : line_end + 1),
                           line_end == NULL ? 0 : strlen(line_end + 1));
    const char *from = text;
    size_t n = 77;
    if (line_end != NULL)
        *line_end = '\0';
    if (wdm_pattern_match(pattern, text, captures, CAPTURES, &n)) {
        FUZZ_MUST(n <= CAPTURES && n == wdm_pattern_names(pattern, names, CAPTURES));
        for (size_t i = 0; i < n; i++) {
            FUZZ_MUST(captures[i].name == names[i].name && captures[i].name_len == names[i].name_len);
            FUZZ_MUST(captures[i].len > 0 && captures[i].text >= from);
            from = captures[i].text + captures[i].len;
            FUZZ_MUST(from <= text + strlen(text));
        }
    } else {
        FUZZ_MUST(n == 0);
    }
    (void)wdm_glob_match(pattern, text);
    FUZZ_MUST(wdm_glob_match("*", text));
    free(text);
    free(pattern);
    return 0;
}
