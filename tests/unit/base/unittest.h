// SPDX-License-Identifier: GPL-3.0-or-later
// What every unit test needs: cmocka with the headers that it wants before it.
#ifndef WDM_TESTS_UNITTEST_H
#define WDM_TESTS_UNITTEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka needs some of the above
#include <cmocka.h>

#include "base/err.h"

// Fails with the library's own message.
#define ASSERT_OK(call, err)                                                                                 \
    do {                                                                                                     \
        if ((call) != WDM_OK)                                                                                \
            fail_msg("%s: %s", #call, (err).text);                                                           \
    } while (0)

// The message holds the text.
#define ASSERT_SAYS(err, what)                                                                               \
    do {                                                                                                     \
        if (strstr((err).text, (what)) == NULL)                                                              \
            fail_msg("\"%s\" does not say \"%s\"", (err).text, (what));                                      \
    } while (0)

#endif
