// SPDX-License-Identifier: GPL-3.0-or-later
// A layout file of any bytes is read or refused with a message.
#include "fuzz.h"

#include "io/layout.h"

// libconfig keeps the text of a string that is not closed: the library's leak, a few bytes of a refused file.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:strbuf_append";
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
