// SPDX-License-Identifier: GPL-3.0-or-later
// A layout file of any bytes is read or refused with a message.
#include "fuzz.h"

#include "io/layout.h"

// libconfig's scanner keeps a few bytes of a file that it refuses (a string that is not closed, a token
// before a wrong one): the library's leak, none of ours passes through it.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    wdm_layout layout = {0};
    wdm_err err = {0};
    if (strchr(text, '@') == NULL) { // libconfig's @include would read files
        if (wdm_layout_parse(&layout, "fuzz", "fuzz.cfg", text, &err) != WDM_OK)
            FUZZ_MUST(err.text[0] != '\0');
        wdm_layout_fini(&layout);
    }
    free(text);
    return 0;
}
