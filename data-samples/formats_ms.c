// SPDX-License-Identifier: GPL-3.0-or-later
// formats/: Agilent, SCIEX and Waters.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "formats.h"

// "1234" or "" without a peak.
static const char *area_text(int injection, int analyte, const char *none, char out[NUMBER_TEXT_MAX])
{
    const double area = formats_area(injection, analyte);
    return isnan(area) ? none : formats_number(area, '.', 0, out);
}

static const char *rt_text(int injection, int analyte, const char *none, char out[NUMBER_TEXT_MAX])
{
    if (isnan(formats_conc_ng_l[injection][analyte]))
        return none;
    (void)snprintf(out, NUMBER_TEXT_MAX, "%.3f", formats_analytes[analyte].rt_min + 0.004 * injection);
    return out;
}

static const char *qualifier_area(int injection, int analyte, const char *none, char out[NUMBER_TEXT_MAX])
{
    const double area = formats_area(injection, analyte) * formats_analytes[analyte].qualifier_share;
    return isnan(area) ? none : formats_number(round(area), '.', 0, out);
}

static const char *expected_text(int injection, const char *none, char out[NUMBER_TEXT_MAX])
{
    const double expected = formats_injections[injection].expected_ng_l;
    return expected > 0.0 ? formats_number(expected, '.', 0, out) : none;
}

static const char *const masshunter_types[4] = {"Sample", "Blank", "QC", "Cal"};

void formats_put_masshunter(wdm_buf *buf)
{
    char a[4][NUMBER_TEXT_MAX];
    wdm_buf_puts(buf, "Sample,,,,,,");
    for (int k = 0; k < ANALYTE_N; k++)
        wdm_buf_printf(buf, ",%s Method,%s Results,,,,Qualifier (%s) Results,", formats_analytes[k].name,
                       formats_analytes[k].name, formats_analytes[k].qualifier);
    wdm_buf_printf(buf, ",%s (ISTD) Results,\n", formats_analytes[0].istd);
    wdm_buf_puts(buf, ",,Name,Data File,Type,Level,Acq. Date-Time");
    for (int k = 0; k < ANALYTE_N; k++)
        wdm_buf_puts(buf, ",Exp. Conc.,RT,Area,Final Conc.,MI,Area,Ratio");
    wdm_buf_puts(buf, ",RT,Area\n");
    for (int i = 0; i < INJECTION_N; i++) {
        const formats_injection *in = &formats_injections[i];
        wdm_buf_printf(buf, "%s,,%s,R%03d.d,%s,%s,11/23/2026 %d:%02d", formats_is_manual(i, 0) ? "!" : "",
                       in->id, i + 1, formats_type(i, masshunter_types), in->kind == 'c' ? "3" : "",
                       formats_hour(i), formats_minute(i));
        for (int k = 0; k < ANALYTE_N; k++) {
            const bool peak = !isnan(formats_conc_ng_l[i][k]);
            wdm_buf_printf(buf, ",%s,%s,%s,%s,%s", expected_text(i, "", a[0]), rt_text(i, k, "", a[1]),
                           area_text(i, k, "", a[2]), formats_conc(i, k, 1.0, "", a[3]),
                           formats_is_manual(i, k) ? "TRUE" : "FALSE");
            wdm_buf_printf(buf, ",%s,%s", qualifier_area(i, k, "", a[0]), "");
            if (peak)
                wdm_buf_printf(buf, "%.1f", 100.0 * formats_analytes[k].qualifier_share);
        }
        wdm_buf_printf(buf, ",4.79,%s\n", formats_number(formats_is_area(i), '.', 0, a[0]));
    }
}

void formats_put_masshunter_compound(wdm_buf *buf)
{
    char a[3][NUMBER_TEXT_MAX];
    wdm_buf_puts(buf, "Compound Method,,");
    for (int i = 0; i < INJECTION_N; i++)
        wdm_buf_printf(buf, ",%s,,,%s,,Qualifier 1 Method,Qualifier 1 Results", formats_injections[i].id,
                       formats_injections[i].id);
    wdm_buf_puts(buf, "\nCmpd. Group,Name,Transition");
    for (int i = 0; i < INJECTION_N; i++)
        wdm_buf_puts(buf, ",Data File,Type,Acq. Date-Time,Area,Final Conc. (ng/L),Transition,Area");
    wdm_buf_puts(buf, "\n");
    for (int k = 0; k <= ANALYTE_N; k++) {
        const bool istd = k == ANALYTE_N;
        const formats_analyte *an = &formats_analytes[istd ? 0 : k];
        wdm_buf_printf(buf, "Drugs,%s%s,%s", istd ? an->istd : an->name, istd ? " [ISTD]" : "",
                       an->quantifier);
        for (int i = 0; i < INJECTION_N; i++) {
            wdm_buf_printf(buf, ",R%03d.d,%s,11/23/2026 %d:%02d", i + 1, formats_type(i, masshunter_types),
                           formats_hour(i), formats_minute(i));
            if (istd)
                wdm_buf_printf(buf, ",%s,,,", formats_number(formats_is_area(i), '.', 0, a[0]));
            else
                wdm_buf_printf(buf, ",%s,%s,%s,%s", area_text(i, k, "", a[0]),
                               formats_conc(i, k, 1.0, "", a[1]), an->qualifier,
                               qualifier_area(i, k, "", a[2]));
        }
        wdm_buf_puts(buf, "\n");
    }
}

static const char *const sciex_types[4] = {"Unknown", "Blank", "Quality Control", "Standard"};

static void put_sciex_row(wdm_buf *buf, int injection, int analyte, int component, int *index)
{
    const formats_analyte *an = &formats_analytes[analyte];
    static const char *const components[] = {"Quantifiers", "Qualifiers", "Internal Standards"};
    char a[5][NUMBER_TEXT_MAX];
    const char *area = component == 0   ? area_text(injection, analyte, "N/A", a[0])
                       : component == 1 ? qualifier_area(injection, analyte, "N/A", a[0])
                                        : formats_number(formats_is_area(injection), '.', 0, a[0]);
    const char *conc = component == 2 ? "N/A" : formats_conc(injection, analyte, 1.0, "N/A", a[1]);
    wdm_buf_printf(buf, "%d\t%s\t\t%s\t2026-11-23T%02d:%02d:00\t", ++*index, formats_injections[injection].id,
                   formats_type(injection, sciex_types), formats_hour(injection), formats_minute(injection));
    if (component == 2)
        wdm_buf_printf(buf, "%s\t%s\t%s\t", an->istd, components[component], an->name);
    else
        wdm_buf_printf(buf, "%s %d\t%s\t%s\t", an->name, component + 1, components[component], an->name);
    wdm_buf_printf(buf, "%s\t%s\t%s\t%s\t%.2f\t%s\tTrue\t%s\tng/L\n",
                   component == 2 ? "N/A" : expected_text(injection, "N/A", a[2]), area,
                   component == 2 ? "N/A" : formats_number(formats_is_area(injection), '.', 0, a[3]),
                   component == 2 ? "4.79" : rt_text(injection, analyte, "N/A", a[4]), an->rt_min,
                   formats_is_manual(injection, analyte) ? "Manual" : "MQ4", conc);
}

void formats_put_sciex_os(wdm_buf *buf)
{
    int index = 0;
    wdm_buf_puts(buf,
                 "Index\tSample Name\tSample ID\tSample Type\tAcquisition Date & Time\tComponent Name\t"
                 "Component Type\tComponent Group Name\tActual Concentration\tArea\tIS Area\tRetention Time\t"
                 "Expected RT\tIntegration Type\tUsed\tCalculated Concentration\tConc. Units\n");
    for (int i = 0; i < INJECTION_N; i++) {
        for (int k = 0; k < ANALYTE_N; k++) {
            for (int component = 0; component < 3; component++)
                put_sciex_row(buf, i, k, component, &index);
        }
    }
}

void formats_put_analyst(wdm_buf *buf)
{
    char a[4][NUMBER_TEXT_MAX];
    for (int k = 0; k < ANALYTE_N; k++)
        wdm_buf_printf(
            buf,
            "Peak Name: %s\nInternal Standard: %s\nQ1/Q3 Masses: %s Da\n\nFit\tLinear\tWeighting\t1 / x\n"
            "a\t0.00213\nb\t0.0417\nCorrelation coefficient\t0.9991\nUse Area\n\n",
            formats_analytes[k].name, formats_analytes[k].istd, formats_analytes[k].quantifier);
    wdm_buf_puts(buf,
                 "Sample Name\tSample ID\tSample Type\tSample Comment\tAcquisition Date\tFile Name\t"
                 "Dilution Factor\tAnalyte Peak Name\tAnalyte Units\tAnalyte Peak Area (counts)\t"
                 "Analyte Concentration (ng/mL)\tAnalyte Retention Time (min)\tAnalyte Expected RT (min)\t"
                 "Analyte Integration Type\tIS Peak Name\tIS Peak Area (counts)\tArea Ratio\tHeight Ratio\t"
                 "Area Ratio\tCalculated Concentration (ng/mL)\tAccuracy (%)\tUse Record\n");
    for (int k = 0; k < ANALYTE_N; k++) {
        for (int i = 0; i < INJECTION_N; i++) {
            const double expected = formats_injections[i].expected_ng_l;
            wdm_buf_printf(buf, "%s\t\t%s\t\t11/23/2026 %d:%02d:00 PM\tRUN47.wiff\t1.00\t%s\tng/mL\t%s\t",
                           formats_injections[i].id, formats_type(i, sciex_types), formats_hour(i) - 12,
                           formats_minute(i), formats_analytes[k].name, area_text(i, k, "0", a[0]));
            wdm_buf_printf(buf, "%s\t%s\t%.2f\t%s\t%s\t%s\t0\t0\t0\t%s\t%s\t1\n",
                           expected > 0.0 ? formats_number(expected / 1000.0, '.', 0, a[1]) : "N/A",
                           rt_text(i, k, "0.000", a[2]), formats_analytes[k].rt_min,
                           formats_is_manual(i, k) ? "Manual" : "Base To Base", formats_analytes[k].istd,
                           formats_number(formats_is_area(i), '.', 0, a[3]),
                           formats_conc(i, k, 1000.0, "No Peak", a[0]), "N/A");
        }
    }
}

static const char *const targetlynx_types[4] = {"Analyte", "Blank", "QC", "Standard"};

static const char *targetlynx_flags(int injection, int analyte)
{
    if (isnan(formats_conc_ng_l[injection][analyte]))
        return "";
    return formats_is_manual(injection, analyte) ? "MM" : "bb";
}

// A French Windows, a method with a unit: the unit stands in place of "Conc.".
void formats_put_targetlynx_compound(wdm_buf *buf)
{
    char a[4][NUMBER_TEXT_MAX];
    wdm_buf_puts(buf, "Quantify Compound Summary Report \n\nPrinted Tue Nov 24 09:12:44 2026\n");
    for (int k = 0; k <= ANALYTE_N; k++) {
        const bool istd = k == ANALYTE_N;
        wdm_buf_printf(buf, "\nCompound %d:  %s\n\n", k + 1,
                       istd ? formats_analytes[0].istd : formats_analytes[k].name);
        wdm_buf_puts(buf,
                     "\t#\tName\tSample Text\tInj. Vol (µL)\tType\tAcq.Date\tAcq.Time\tPrimary Flags\tng/L\t"
                     "Std. Conc\tRT\tArea\tIS Area\n");
        for (int i = 0; i < INJECTION_N; i++) {
            wdm_buf_printf(buf, "%d\t%d\t231126_%02d\t%s\t5.000\t%s\t23-nov.-26\t%02d:%02d:00\t%s\t%s\t%s\t",
                           i + 1, i + 1, i + 1, formats_injections[i].id, formats_type(i, targetlynx_types),
                           formats_hour(i), formats_minute(i), istd ? "bb" : targetlynx_flags(i, k),
                           istd ? "" : formats_conc(i, k, 1.0, "", a[0]),
                           istd ? "" : expected_text(i, "", a[1]));
            if (istd)
                wdm_buf_printf(buf, "4.79\t%s\t\n", formats_number(formats_is_area(i), '.', 0, a[2]));
            else
                wdm_buf_printf(buf, "%s\t%s\t%s\n", rt_text(i, k, "", a[2]), area_text(i, k, "", a[3]),
                               formats_number(formats_is_area(i), '.', 0, a[0]));
        }
    }
    wdm_buf_puts(buf, "\n");
}

void formats_put_targetlynx_sample(wdm_buf *buf)
{
    char a[5][NUMBER_TEXT_MAX];
    wdm_buf_puts(buf, "Quantify Sample Summary Report \n\nPrinted Tue Nov 24 09:14:02 2026\n");
    for (int i = 0; i < INJECTION_N; i++) {
        wdm_buf_printf(buf, "\nSample Name: 231126_%02d   Sample ID: %s \n\n", i + 1,
                       formats_injections[i].id);
        wdm_buf_puts(
            buf, "\t#\tName\tTrace\tType\tRT\tArea\tIS Area\tResponse\tConc.\t%Dev\tPrimary Flags\tAcq.Date\t"
                 "Acq.Time\tStd. Conc\n");
        for (int k = 0; k < ANALYTE_N; k++)
            wdm_buf_printf(buf, "%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t\t%s\t\t%s\t23-Nov-26\t%02d:%02d:00\t%s\n",
                           k + 1, k + 1, formats_analytes[k].name, formats_analytes[k].quantifier,
                           formats_type(i, targetlynx_types), rt_text(i, k, "", a[0]),
                           area_text(i, k, "", a[1]), formats_number(formats_is_area(i), '.', 0, a[2]),
                           formats_conc(i, k, 1.0, "", a[3]), targetlynx_flags(i, k), formats_hour(i),
                           formats_minute(i),
                           formats_injections[i].expected_ng_l > 0.0
                               ? formats_number(formats_injections[i].expected_ng_l, '.', 0, a[4])
                               : "");
    }
    wdm_buf_puts(buf, "\n");
}
