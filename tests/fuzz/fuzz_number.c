// SPDX-License-Identifier: GPL-3.0-or-later
// A cell is a number when, and only when, its plain text has a number's form; the parsers agree.
#include "fuzz.h"

#include <math.h>
#include <regex.h>

#include "io/number.h"
#include "io/plain.h"

// As the header of wdm_number_parse_styled says it, written independently of its code.
static const struct {
    wdm_number_style style;
    const char *form;
} styles[] = {
    {{'.', 0}, "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"},
    {{',', 0}, "^[+-]?([0-9]+,?[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?$"},
    {{'.', ','},
     "^[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|[1-9][0-9]{0,2}(,[0-9]{3})+([.][0-9]*)?)$"},
    {{',', '.'},
     "^[+-]?(([0-9]+,?[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?|[1-9][0-9]{0,2}([.][0-9]{3})+(,[0-9]*)?)$"},
    {{',', ' '}, "^[+-]?(([0-9]+,?[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?|[1-9][0-9]{0,2}( [0-9]{3})+(,[0-9]*)?)$"},
};
enum { N_STYLES = sizeof styles / sizeof styles[0], LONGEST = 64 };

static void check_style(const char *text, const regex_t *form, wdm_number_style style)
{
    char plain[LONGEST];
    double value = -77.0;
    const wdm_number_verdict verdict = wdm_number_parse_styled(text, style, &value);
    const bool has_form = wdm_plain_fold(text, plain, sizeof plain) && regexec(form, plain, 0, NULL, 0) == 0;
    FUZZ_MUST(isfinite(value) && (verdict == WDM_NUMBER_OK || value == -77.0));
    FUZZ_MUST(has_form == (verdict == WDM_NUMBER_OK || verdict == WDM_NUMBER_RANGE));
    FUZZ_MUST(wdm_number_hint_styled(verdict, style)[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static regex_t forms[N_STYLES];
    static bool compiled = false;
    char *text = fuzz_text(data, size);
    double plain = -77.0, styled = -77.0;
    wdm_number_verdict verdict = WDM_NUMBER_OK;
    for (int i = 0; i < N_STYLES; i++) {
        if (!compiled)
            FUZZ_MUST(regcomp(&forms[i], styles[i].form, REG_EXTENDED | REG_NOSUB) == 0);
        check_style(text, &forms[i], styles[i].style);
    }
    compiled = true;
    verdict = wdm_number_parse(text, &plain);
    if (verdict == WDM_NUMBER_OK) {
        FUZZ_MUST(wdm_number_parse_styled(text, (wdm_number_style){'.', 0}, &styled) == WDM_NUMBER_OK);
        FUZZ_MUST(memcmp(&plain, &styled, sizeof plain) == 0);
    }
    (void)wdm_number_evidence(text);
    free(text);
    return 0;
}
