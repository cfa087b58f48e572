// SPDX-License-Identifier: GPL-3.0-or-later
// config/: the tables that the invented world needs of its own; all others are the shipped ones.
#include "samples.h"

enum { FILE_MAX = 1024 * 1024 };

static void put_regions(wdm_buf *buf)
{
    wdm_buf_puts(buf,
                 "region_id,parent_id,level,name,name_zh,population,population_source\n"
                 "HN,,province,Sample province,示例省,9000000,invented for the samples\n"
                 "HN-HK,HN,city,Sample city,示例市,900000,invented for the samples\n"
                 "HN-HK-ML,HN-HK,district,East district,东区（示例）,480000,invented for the samples\n"
                 "HN-HK-XY,HN-HK,district,West district,西区（示例）,240000,invented for the samples\n"
                 "HN-HK-QS,HN-HK,district,South district,南区（示例）,180000,invented for the samples\n");
}

static void put_sites(wdm_buf *buf)
{
    wdm_buf_puts(
        buf,
        "site_id,name,name_zh,region_id,latitude,longitude,timezone,retention_h,flow_u_rel,flow_bias_u_rel,"
        "expected_days,population_policy,kind,parent_site_id,sampling_u_rel,hospital_share,stability\n");
    for (int i = 0; i < SITE_N; i++) {
        const samples_site *s = &samples_sites[i];
        int days = 0;
        for (unsigned bit = 0; bit < 7; bit++)
            days += (s->day_mask >> bit & 1U) != 0 ? 1 : 0;
        wdm_buf_printf(buf, "%s,%s,%s,%s,%.2f,%.2f,Asia/Shanghai,%g,%g,%g,%d,static,%s,%s,%g,", s->id,
                       s->name, s->name_zh, s->region_id, s->latitude, s->longitude, s->retention_h,
                       s->flow_u_rel, s->flow_bias_u_rel, days, s->kind, s->parent_id,
                       samples_sampling_u_rel);
        if (s->hospital_share > 0.0)
            wdm_buf_printf(buf, "%g", s->hospital_share);
        wdm_buf_puts(buf, ",off\n");
    }
}

static void put_population(wdm_buf *buf)
{
    wdm_buf_puts(buf, "site_id,valid_from,valid_to,population,u_rel,method,source\n");
    for (int i = 0; i < SITE_N; i++)
        wdm_buf_printf(buf, "%s,2025-01-01,,%.0f,%g,%s,invented for the samples\n", samples_sites[i].id,
                       samples_sites[i].population, samples_sites[i].population_u_rel,
                       samples_sites[i].population_method);
}

static void put_analysis(wdm_buf *buf)
{
    wdm_buf_puts(buf,
                 "lab_id,method_id,analyte_id,valid_from,lod,loq,uloq,u_rel_random,u_rel_batch,source\n");
    for (int lab = 0; lab < LAB_N; lab++) {
        for (int i = 0; i < MARKER_N; i++) {
            const samples_marker *m = &samples_markers[i];
            wdm_buf_printf(buf, "%s,%s,%s,2025-01-01,%g,%g,%g,%g,%g,invented for the samples\n",
                           samples_labs[lab].id, samples_labs[lab].method_id, m->id, m->lod_ng_l[lab],
                           m->loq_ng_l[lab], m->loq_ng_l[lab] * 1000.0,
                           m->u_random * samples_labs[lab].u_factor, m->u_batch * samples_labs[lab].u_factor);
        }
    }
}

static void put_campaigns(wdm_buf *buf)
{
    wdm_buf_puts(buf, "campaign_id,region_id,starts,ends,name,name_zh\n"
                      "summer-2026,HN-HK,2026-07-01,2026-08-31,Summer operation,夏季专项行动\n");
}

// min_days is 3 because half of the sites are sampled on three days of a week.
static void put_alerts(wdm_buf *buf)
{
    static const char *const rules[] = {
        "baseline-load,baseline,,,,normalised_load,mg/d/"
        "1000,above,window=26;min_n=8;min_effect=25;min_days=3,,0.01,0.001,"
        "0.0001",
        ("baseline-amphetamine,baseline,amphetamine,,,consumption,mg/d/1000,above,"
         "window=26;min_n=8;min_effect=25;min_days=3;instead_of=baseline-load,,0.01,0.001,0.0001"),
        "meth-level,level,methamphetamine,,,normalised_load,mg/d/1000,above,p=0.95;min_days=3,,,50,100",
        "eto-first,first,etomidate,,,normalised_load,mg/d/1000,,min_weeks=12;level=warning,,,,",
        "disposal,disposal,,,,normalised_load,mg/d/1000,,ratio=6;level=warning;biomarkers=all,,,,",
        "data-age,quality,,,,,,,max_age_days=14,,,,",
        "site-flow,quality,,,,,,,check=flow;days=7;share=0.75;inhibit=1;level=warning,,,,"};
    wdm_buf_puts(
        buf,
        "rule_id,family,drug_id,site_id,region_id,quantity,unit,direction,parameters,info,notice,warning,"
        "critical,source\n");
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        wdm_buf_printf(buf, "%s,invented for the samples: no official limit exists\n", rules[i]);
}

wdm_rc samples_write_tables(const char *dir, wdm_err *err)
{
    static const struct {
        const char *name;
        void (*put)(wdm_buf *buf);
    } files[] = {{"config/regions.csv", put_regions},       {"config/sites.csv", put_sites},
                 {"config/population.csv", put_population}, {"config/analysis.csv", put_analysis},
                 {"config/campaigns.csv", put_campaigns},   {"config/alerts.csv", put_alerts}};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < sizeof files / sizeof files[0] && rc == WDM_OK; i++) {
        wdm_buf buf;
        wdm_buf_init(&buf, FILE_MAX);
        files[i].put(&buf);
        rc = samples_write_file(dir, files[i].name, &buf, err);
        wdm_buf_fini(&buf);
    }
    return rc;
}
