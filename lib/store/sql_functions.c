// SPDX-License-Identifier: GPL-3.0-or-later
// Words for internal numbers, as SQL functions of this program's connections: days, weeks, states,
// quantities, flags.
#include "store/sql_functions.h"

#include "base/date.h"
#include "data/flags.h"
#include "data/intake.h"
#include "num/westgard.h"
#include "num/wilson.h"
#include "wbe/factor.h"
#include "wbe/period.h"

static void give_text(sqlite3_context *context, const char *text)
{
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static bool has_null(int n, sqlite3_value **args)
{
    for (int i = 0; i < n; i++) {
        if (sqlite3_value_type(args[i]) == SQLITE_NULL)
            return true;
    }
    return false;
}

static void sql_date(sqlite3_context *context, int n, sqlite3_value **args)
{
    char text[WDM_DATE_TEXT];
    if (!has_null(n, args))
        give_text(context, wdm_day_format(sqlite3_value_int(args[0]), text));
}

static void sql_when(sqlite3_context *context, int n, sqlite3_value **args)
{
    char text[WDM_WHEN_TEXT];
    if (!has_null(n, args))
        give_text(context,
                  wdm_when_format((wdm_when){sqlite3_value_int(args[0]), sqlite3_value_int(args[1])}, text));
}

static void sql_iso_week(sqlite3_context *context, int n, sqlite3_value **args)
{
    char text[WDM_DATE_TEXT];
    if (!has_null(n, args))
        give_text(context,
                  wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(sqlite3_value_int(args[0]))), text));
}

static void sql_quantity(sqlite3_context *context, int n, sqlite3_value **args)
{
    const int q = sqlite3_value_int(args[0]);
    if (!has_null(n, args) && q >= 0 && q < WDM_Q_COUNT)
        give_text(context, wdm_quantity_name((wdm_quantity)q));
}

static void sql_unit(sqlite3_context *context, int n, sqlite3_value **args)
{
    const int q = sqlite3_value_int(args[0]);
    if (!has_null(n, args) && q >= 0 && q < WDM_Q_COUNT)
        give_text(context, wdm_quantity_unit((wdm_quantity)q));
}

static void sql_scale(sqlite3_context *context, int n, sqlite3_value **args)
{
    const int scale = sqlite3_value_int(args[0]);
    if (!has_null(n, args) && scale >= 0 && scale < WDM_SCALE_N)
        give_text(context, wdm_scale_name((wdm_scale)scale));
}

static void sql_result_state(sqlite3_context *context, int n, sqlite3_value **args)
{
    const int state = sqlite3_value_int(args[0]);
    if (!has_null(n, args) && state >= WDM_RESULT_MEASURED && state <= WDM_RESULT_QC_FAILED)
        give_text(context, wdm_result_state_name(state));
}

static void sql_flags(sqlite3_context *context, int n, sqlite3_value **args)
{
    wdm_buf text = {0};
    wdm_buf_init(&text, 4096);
    if (!has_null(n, args))
        wdm_flags_print(sqlite3_value_int64(args[0]), &text);
    give_text(context, wdm_buf_text(&text));
    wdm_buf_fini(&text);
}

static void sql_wilson(sqlite3_context *context, int n, sqlite3_value **args)
{
    double ends[2] = {0.0, 0.0};
    if (has_null(n, args) || sqlite3_value_int64(args[1]) <= 0)
        return;
    wdm_wilson_interval(sqlite3_value_double(args[0]), sqlite3_value_double(args[1]), &ends[0], &ends[1]);
    sqlite3_result_double(context, ends[sqlite3_value_int(args[2]) != 0]);
}

static void sql_suppressed(sqlite3_context *context, int n, sqlite3_value **args)
{
    const int64_t positive = sqlite3_value_int64(args[0]);
    (void)n;
    sqlite3_result_int(context, sqlite3_value_int64(args[1]) < WDM_SUPPRESS_BELOW ||
                                    (positive > 0 && positive < WDM_SUPPRESS_BELOW));
}

static void sql_qc_severity(sqlite3_context *context, int n, sqlite3_value **args)
{
    const int severity = sqlite3_value_int(args[0]);
    if (!has_null(n, args) && severity >= 0 && severity < WDM_QC_SEVERITY_N)
        give_text(context, wdm_qc_severity_name(severity));
}

// What a stored state and stored flags read as under the worst severity that covers them (NULL: none).
static void sql_qc_state(sqlite3_context *context, int n, sqlite3_value **args)
{
    (void)n;
    sqlite3_result_int(context, sqlite3_value_int(args[1]) == WDM_QC_FAIL ? (int)WDM_RESULT_QC_FAILED
                                                                          : sqlite3_value_int(args[0]));
}

static void sql_qc_flags(sqlite3_context *context, int n, sqlite3_value **args)
{
    const int severity = sqlite3_value_int(args[1]);
    (void)n;
    sqlite3_result_int64(context,
                         sqlite3_value_int64(args[0]) | (severity == WDM_QC_FAIL       ? WDM_FLAG_QC_FAILED
                                                         : severity == WDM_QC_ESTIMATE ? WDM_FLAG_QC_ESTIMATE
                                                                                       : 0));
}

// Names of the Westgard rules of the bits, separated by blanks.
static void sql_westgard(sqlite3_context *context, int n, sqlite3_value **args)
{
    wdm_buf text = {0};
    wdm_buf_init(&text, 4096);
    for (unsigned bit = 0; bit < WDM_WESTGARD_RULES && !has_null(n, args); bit++) {
        if ((sqlite3_value_int64(args[0]) >> bit & 1) == 0)
            continue;
        wdm_buf_puts(&text, text.len == 0 ? "" : " ");
        wdm_buf_puts(&text, wdm_westgard_name(bit));
    }
    give_text(context, wdm_buf_text(&text));
    wdm_buf_fini(&text);
}

static void sql_bucket(sqlite3_context *context, int n, sqlite3_value **args)
{
    if (!has_null(n, args))
        sqlite3_result_int(context, wdm_bucket((const char *)sqlite3_value_text(args[0])));
}

typedef struct sql_function {
    const char *name;
    int n_args;
    void (*fn)(sqlite3_context *, int, sqlite3_value **);
} sql_function;

int wdm_sql_functions_register(sqlite3 *db)
{
    static const sql_function functions[] = {
        {"wdm_date", 1, sql_date},
        {"wdm_when", 2, sql_when},
        {"wdm_iso_week", 1, sql_iso_week},
        {"wdm_quantity", 1, sql_quantity},
        {"wdm_unit", 1, sql_unit},
        {"wdm_scale", 1, sql_scale},
        {"wdm_result_state", 1, sql_result_state},
        {"wdm_flags", 1, sql_flags},
        {"wdm_wilson", 3, sql_wilson},
        {"wdm_suppressed", 2, sql_suppressed},
        {"wdm_qc_severity", 1, sql_qc_severity},
        {"wdm_qc_state", 2, sql_qc_state},
        {"wdm_qc_flags", 2, sql_qc_flags},
        {"wdm_westgard", 1, sql_westgard},
        {"wdm_bucket", 1, sql_bucket},
    };
    int rc = SQLITE_OK;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0] && rc == SQLITE_OK; i++)
        rc = sqlite3_create_function(db, functions[i].name, functions[i].n_args,
                                     SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, functions[i].fn, NULL, NULL);
    return rc;
}
