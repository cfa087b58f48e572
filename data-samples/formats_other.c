// SPDX-License-Identifier: GPL-3.0-or-later
// formats/: Shimadzu, Thermo, Bruker, OpenLab and laboratories' own sheets.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "formats.h"

static const char *area_text(int injection, int analyte, const char *none, char thousands,
                             char out[NUMBER_TEXT_MAX])
{
    const double area = formats_area(injection, analyte);
    return isnan(area) ? none : formats_number(area, '.', thousands, out);
}

static const char *expected_text(int injection, char decimal, char out[NUMBER_TEXT_MAX])
{
    const double expected = formats_injections[injection].expected_ng_l;
    return expected > 0.0 ? formats_number(expected, decimal, 0, out) : "";
}

// The Chinese LabSolutions: a block for each compound, rows of means below it.
void formats_put_shimadzu(wdm_buf *buf)
{
    static const char *const types[4] = {"未知", "空白", "质控", "标准"};
    char a[3][NUMBER_TEXT_MAX];
    for (int k = 0; k < ANALYTE_N; k++) {
        wdm_buf_printf(buf, "ID#\t%d\nName\t%s\n", k + 1, formats_analytes[k].name_zh);
        wdm_buf_puts(buf, "\t数据文件名\t样品名\t样品 "
                          "ID\t样品类型\t采集日期\t保留时间\t面积\t内标面积\t浓度\t单位\t标准浓度\t"
                          "参考离子比\t参考离子比\t模式\n");
        for (int i = 0; i < INJECTION_N; i++) {
            wdm_buf_printf(buf, "%d\tRUN47_%03d.lcd\t进样%d\t%s\t%s\t2026/11/23 %d:%02d:00\t", i + 1, i + 1,
                           i + 1, formats_injections[i].id, formats_type(i, types), formats_hour(i),
                           formats_minute(i));
            if (isnan(formats_conc_ng_l[i][k]))
                wdm_buf_puts(buf, "-----\t-----\t");
            else
                wdm_buf_printf(buf, "%.3f\t%s\t", formats_analytes[k].rt_min, area_text(i, k, "", 0, a[0]));
            wdm_buf_printf(buf, "%s\t%s\tng/L\t%s\t\t\t%s\n",
                           formats_number(formats_is_area(i), '.', 0, a[1]),
                           formats_conc(i, k, 1.0, "-----", a[2]), expected_text(i, '.', a[0]),
                           formats_is_manual(i, k) ? "手动" : "自动");
        }
        wdm_buf_puts(buf, "平均值\t\t\t\t\t\t\t\t\t45.2\t\t\t\t\t\n%RSD\t\t\t\t\t\t\t\t\t61.0\t\t\t\t\t\n\n");
    }
}

void formats_put_shimadzu_gcms(wdm_buf *buf)
{
    static const char *const types[4] = {"0:Unknown", "Blank", "Control", "1:Standard"};
    char a[2][NUMBER_TEXT_MAX];
    for (int i = 0; i < INJECTION_N; i++) {
        wdm_buf_printf(
            buf,
            "[Header]\nData File Name\tC:\\GCMSsolution\\W47\\RUN47_%03d.qgd\nOutput Date\t24/11/2026\n"
            "Output Time\t09:20:11\n\n[Sample Information]\nSample Name\tinjection %d\nSample ID\t%s\n"
            "Sample Type\t%s\nAnalyzed\t23/11/2026 %d:%02d:00\n\n[MS Quantitative Results]\n# of IDs\t%d\n",
            i + 1, i + 1, formats_injections[i].id, formats_type(i, types), formats_hour(i),
            formats_minute(i), ANALYTE_N + 1);
        wdm_buf_puts(
            buf,
            "ID#\tName\tType\tISTD Group#\tMass\tRet.Time\tStart Time\tEnd Time\tA/H\tArea\tHeight\tConc.\t"
            "Mode\tPeak#\tStd.Ret.Time\tRef.Ion Area\tRef.Ion Area\tRet. Index\tS/N\tUnit\tDescription\n");
        for (int k = 0; k < ANALYTE_N; k++) {
            const double rt = formats_analytes[k].rt_min;
            wdm_buf_printf(buf, "%d\t%s\tTarget\t1\t%.5s\t", k + 1, formats_analytes[k].name,
                           formats_analytes[k].quantifier);
            if (isnan(formats_conc_ng_l[i][k]))
                wdm_buf_printf(buf, "\t\t\t\t\t\t\t\t\t%.3f\t\t\t\t\tug/L\t\n", rt);
            else
                wdm_buf_printf(
                    buf, "%.3f\t%.3f\t%.3f\t2.1\t%s\t900\t%s\t%s\t%d\t%.3f\t0\t0\t1217\t42.1\tug/L\t\n", rt,
                    rt - 0.05, rt + 0.06, area_text(i, k, "", 0, a[0]), formats_conc(i, k, 1000.0, "", a[1]),
                    formats_is_manual(i, k) ? "Manual" : "Auto", k + 1, rt);
        }
        wdm_buf_printf(buf,
                       "%d\t%s\tISTD\t1\t155.2\t4.790\t4.74\t4.85\t2.1\t%s\t900\t100\tAuto\t5\t4."
                       "790\t0\t0\t1210\t88\tug/L\t\n\n",
                       ANALYTE_N + 1, formats_analytes[0].istd,
                       formats_number(formats_is_area(i), '.', 0, a[0]));
    }
}

// A German Windows: semicolons and decimal commas.
void formats_put_tracefinder(wdm_buf *buf)
{
    static const char *const types[4] = {"Unknown", "Matrix Blank", "QC Std", "Cal Std"};
    char a[4][NUMBER_TEXT_MAX];
    wdm_buf_puts(
        buf,
        "Compound;RT;Type;Filename;Calculated Amt;Sample Type;Level;Area;ISTD Response;Actual RT;S/N;"
        "Theoretical Amt;Peak Label;Excluded;Sample ID;Sample Name;Comments;Integration Mode;Final Units;"
        "Acquisition Date\n");
    for (int k = 0; k < ANALYTE_N; k++) {
        for (int i = 0; i < INJECTION_N; i++) {
            const bool peak = !isnan(formats_conc_ng_l[i][k]);
            const char *amount = peak ? formats_number(formats_conc_ng_l[i][k], ',', 0, a[0]) : "N/F";
            for (int ion = 0; ion < 2; ion++) {
                wdm_buf_printf(
                    buf, "%s;%.0f,%02.0f;Target Compound;RUN47_%03d;%s;%s;%s;%s;%s;%s;%s;",
                    formats_analytes[k].name, floor(formats_analytes[k].rt_min),
                    round(100.0 * (formats_analytes[k].rt_min - floor(formats_analytes[k].rt_min))), i + 1,
                    ion == 0 ? amount : "N/A", formats_type(i, types),
                    formats_injections[i].kind == 'c' ? "3" : "", area_text(i, k, "N/F", 0, a[1]),
                    formats_number(formats_is_area(i), ',', 0, a[2]), peak ? "4,81" : "N/F",
                    peak ? "112,5" : "N/A");
                wdm_buf_printf(buf, "%s;%s;False;%s;;;%s;ng/L;23.11.2026 %02d:%02d:00\n",
                               expected_text(i, ',', a[3]), ion == 0 ? "T1" : "C1", formats_injections[i].id,
                               formats_is_manual(i, k) ? "Manual" : "Auto", formats_hour(i),
                               formats_minute(i));
            }
        }
    }
    for (int i = 0; i < INJECTION_N; i++)
        wdm_buf_printf(
            buf,
            "%s;4,79;Internal "
            "Standard;RUN47_%03d;N/A;%s;;%s;N/A;4,79;88,0;;T1;False;%s;;;Auto;ng/L;23.11.2026 %02d:%02d:00\n",
            formats_analytes[0].istd, i + 1, formats_type(i, types),
            formats_number(formats_is_area(i), ',', 0, a[2]), formats_injections[i].id, formats_hour(i),
            formats_minute(i));
}

// Every cell in quotes, thousands signs; a peak that is missing has the quantity 0 and no area.
void formats_put_tasq(wdm_buf *buf)
{
    static const char *const types[4] = {"SAMPLE", "BLANK", "QC", "CALIBRATION"};
    char a[4][NUMBER_TEXT_MAX];
    wdm_buf_puts(buf,
                 "\"AnalysisName\"\t\"AnalysisPath\"\t\"AnalyteName\"\t\"Area\"\t\"Retention Time[min]\"\t"
                 "\"Expected Retention Time[min]\"\t\"Status\"\t\"Quantity\"\t\"SampleType\"\t\"Internal "
                 "Standard(ISTD)\"\t"
                 "\"ISTD Area\"\t\"Signal/Noise\"\t\"Expected Quantity\"\t\"Manually Integrated\"\t\"Unit of "
                 "Quantity\"\t"
                 "\"R2\"\t\"LLOQ\"\t\"DL\"\t\"Acquisition Date\"\n");
    for (int i = 0; i < INJECTION_N; i++) {
        for (int k = 0; k <= ANALYTE_N; k++) {
            const bool istd = k == ANALYTE_N;
            const bool peak = istd || !isnan(formats_conc_ng_l[i][k]);
            const formats_analyte *an = &formats_analytes[istd ? 0 : k];
            wdm_buf_printf(buf, "\"%s\"\t\"D:\\Data\\%s.d\"\t\"%s%s\"\t\"%s\"\t\"%s\"\t\"%.2f\"\t\"%s\"\t",
                           formats_injections[i].id, formats_injections[i].id, istd ? an->istd : an->name,
                           istd ? " [IS]" : "",
                           istd ? formats_number(formats_is_area(i), '.', ',', a[0])
                                : area_text(i, k, "", ',', a[0]),
                           peak ? "4.81" : "", an->rt_min, peak ? "VALID" : "INITIALIZED");
            wdm_buf_printf(
                buf,
                "\"%s\"\t\"%s\"\t\"%s\"\t\"%s\"\t\"%s\"\t\"%s\"\t\"%s\"\t\"%s\"\t\"0.9984\"\t\"\"\t\"\"\t"
                "\"Mon Nov 23 %02d:%02d:00 CST 2026\"\n",
                !peak  ? "0"
                : istd ? "1.0"
                       : formats_number(formats_conc_ng_l[i][k], '.', ',', a[1]),
                formats_type(i, types), istd ? "" : an->istd,
                istd ? "" : formats_number(formats_is_area(i), '.', ',', a[2]), peak ? "1,245" : "",
                istd ? "" : expected_text(i, '.', a[3]), !istd && formats_is_manual(i, k) ? "yes" : "no",
                istd ? "units" : "ng/L", formats_hour(i), formats_minute(i));
        }
    }
}

// One sample a file; two lines of column names over a ruler line; the unit in the second.
void formats_put_openlab(wdm_buf *buf)
{
    const int i = 5;
    char a[2][NUMBER_TEXT_MAX];
    wdm_buf_printf(
        buf,
        "Data File C:\\Chem32\\1\\Data\\W47\\RUN47_006.D\nSample Name: %s\n\n"
        "=====================================================================\n"
        "Acq. Operator   : SYSTEM                         Seq. Line :   6\n"
        "Injection Date  : 11/23/2026 3:00:00 PM                Inj :   1\n"
        "                                                Inj Volume : 1 µl\n"
        "Last changed    : 11/20/2026 4:11:02 PM by SYSTEM\n"
        "=====================================================================\n"
        "                      Internal Standard Report                       \n"
        "=====================================================================\n\n"
        "Sorted By             :      Signal\nMultiplier            :      1.0000\n"
        "Sample ISTD Information:\nISTD  ISTD Amount   Name\n  #    [ng/L]   \n"
        "----|-------------|-------------------------\n  1    100.00000   %s\n\n\nSignal 1: FID1 A, \n\n"
        "RetTime  Type  ISTD    Area     Amt/Area    Amount   Grp   Name\n"
        " [min]         used  [pA*s]      ratio     [ng/L]   \n"
        "-------|------|----|----------|----------|----------|--|------------------\n",
        formats_injections[i].id, formats_analytes[0].istd);
    wdm_buf_printf(buf, "%7.3f BB   I    1 %10.5f %10.5f %10.5f    %s\n", 4.79, 41.2, 2.42718, 100.0,
                   formats_analytes[0].istd);
    for (int k = 0; k < ANALYTE_N; k++) {
        if (isnan(formats_conc_ng_l[i][k]))
            wdm_buf_printf(buf, "%7.3f           1      -          -          -       %s\n",
                           formats_analytes[k].rt_min, formats_analytes[k].name);
        else
            wdm_buf_printf(buf, "%7.3f %-6s    1 %10.5f %10.5f %10s    %s\n", formats_analytes[k].rt_min,
                           formats_is_manual(i, k) ? "MF" : "BB", formats_area(i, k) / 1000.0, 1.0,
                           formats_conc(i, k, 1.0, "", a[0]), formats_analytes[k].name);
    }
    wdm_buf_puts(buf, "Totals without ISTD(s) :                  1.09439e3 \n\n1 Warnings or Errors :\n\n"
                      "Warning : Calibration warnings (see calibration table listing)\n\n"
                      "=====================================================================\n"
                      "                          *** End of Report ***\n");
}

void formats_put_chinese_sheet(wdm_buf *buf)
{
    static const double share[] = {0.85, 0.85, 0.9, 0.8};
    char a[2][NUMBER_TEXT_MAX];
    wdm_buf_puts(
        buf,
        "海口市污水毒品监测结果汇总表,,,,,,,,,,\n检测机构：示例实验室,,,,,,检测日期：2026年11月23日,,,,\n");
    wdm_buf_puts(buf,
                 "序号,样本编号,污水处理厂名称,采样日期,服务人口（万人）,生活污水占比,流量（万立方米/天）");
    for (int k = 0; k < ANALYTE_N; k++)
        wdm_buf_printf(buf, ",%s（ng/L）", formats_analytes[k].name_zh);
    wdm_buf_puts(buf, ",备注\n");
    for (int i = 3, n = 1; i < INJECTION_N; i++, n++) {
        const formats_injection *in = &formats_injections[i];
        wdm_buf_printf(buf, "%d,%s,%s,2026年11月%d日,%s,%.0f%%,%s", n, in->id, in->site_zh, in->day,
                       strcmp(in->site, "HK-BSM") == 0 ? "31"
                                                       : (strcmp(in->site, "HK-LT") == 0 ? "5.8" : "9.6"),
                       100.0 * share[n - 1], strcmp(in->site, "HK-BSM") == 0 ? "22.5" : "4");
        for (int k = 0; k < ANALYTE_N; k++)
            wdm_buf_printf(buf, ",%s", formats_conc(i, k, 1.0, "未检出", a[0]));
        wdm_buf_puts(buf, ",\n");
    }
    wdm_buf_puts(buf,
                 ",平均值,,,,,,50.5,11.8,2.1,1107.9,\n,检出限,,,,,,0.3,0.2,0.3,5,\n,定量限,,,,,,1,0.6,1,15,\n"
                 "备注：未检出表示低于方法检出限。,,,,,,,,,,,\n");
}

// Full-width digits, a NBSP, lone carriage returns.
void formats_put_chinese_list(wdm_buf *buf)
{
    char a[NUMBER_TEXT_MAX];
    wdm_buf_puts(buf, "样品编号,采样点位,采样日期,检测项目,检测结果,单位,检出限,定量限,检测日期,备注\n");
    for (int i = 3; i < INJECTION_N; i++) {
        const formats_injection *in = &formats_injections[i];
        for (int k = 0; k < ANALYTE_N; k++) {
            const bool wide = i == 3 && k == 0;
            wdm_buf_printf(buf, "%s,%s,2026/11/%d 8:00,%s,%s,%s,0.3,1,2026年11月23日,%s\n", in->id, in->site,
                           in->day, formats_analytes[k].name_zh,
                           wide ? "５２．１\u00a0" : formats_conc(i, k, 1.0, "未检出", a),
                           k == 1 ? "ｎｇ／Ｌ" : "ng/L", formats_is_manual(i, k) ? "手动积分" : "");
        }
    }
    wdm_buf_puts(buf, "以下空白,,,,,,,,,\n");
}

// A spreadsheet saved as CSV by Excel: dates as serial numbers, decimal commas, µg/L with either mu.
void formats_put_wide(wdm_buf *buf)
{
    char a[NUMBER_TEXT_MAX];
    wdm_buf_puts(buf, "Sample ID;Site;Date;Flow (m3/d)");
    for (int k = 0; k < ANALYTE_N; k++)
        wdm_buf_printf(buf, ";%s (%s)", formats_analytes[k].name,
                       k == 3 ? "\xc2\xb5g/L" : (k == 2 ? "\xce\xbcg/L" : "ng/L"));
    wdm_buf_puts(buf, ";Notes\n");
    for (int i = 3; i < INJECTION_N; i++) {
        const formats_injection *in = &formats_injections[i];
        wdm_buf_printf(buf, "%s;%s;%d,333333;%s", in->id, in->site, 46342 + in->day - 16,
                       strcmp(in->site, "HK-BSM") == 0 ? "225000" : "40000");
        for (int k = 0; k < ANALYTE_N; k++) {
            const double value = formats_conc_ng_l[i][k] / (k >= 2 ? 1000.0 : 1.0);
            wdm_buf_printf(buf, ";%s", isnan(value) ? "n.d." : formats_number(value, ',', 0, a));
        }
        wdm_buf_puts(buf, ";\n");
    }
    wdm_buf_puts(buf, "Mean;;;;50,5;11,8;0,0021;1,1079;\n");
}
