// SPDX-License-Identifier: GPL-3.0-or-later
// truth/: what a perfect measurement would have given, and the shared parameters as drawn.
#include <math.h>
#include <stdio.h>

#include "samples.h"

enum { FILE_MAX = 8 * 1024 * 1024 };

static void put_weekly(wdm_buf *buf, uint64_t seed)
{
    wdm_buf_puts(
        buf, "site_id,drug_id,biomarker_id,iso_week,true_load,true_consumption,true_load_net,sampled_days\n");
    for (int site = 0; site < SITE_N; site++) {
        for (int marker = 0; marker < MARKER_N; marker++) {
            const samples_marker *m = &samples_markers[marker];
            for (int week = 0; week < WEEK_N; week++) {
                const wdm_day monday = samples_monday(week);
                double load = 0.0;
                double net = 0.0;
                double consumption = 0.0;
                int days = 0;
                char iso[WDM_DATE_TEXT];
                for (wdm_day day = monday; day < monday + 7; day++) {
                    load += samples_load(seed, site, marker, day) / 7.0;
                    net += samples_load_net(seed, site, marker, day) / 7.0;
                    consumption += samples_consumption(seed, site, m->drug, day) / 7.0;
                    days += samples_is_sampled(site, day) ? 1 : 0;
                }
                (void)wdm_isoweek_format(wdm_isoweek_of_day(monday), iso);
                wdm_buf_printf(buf, "%s,%s,%s,%s,%.6g,%.6g,%.6g,%d\n", samples_sites[site].id,
                               samples_drugs[m->drug].id, m->id, iso, load, consumption, net, days);
            }
        }
    }
}

// The days of the series that an event touches for one day only, and a week to either side.
static void put_daily(wdm_buf *buf, uint64_t seed)
{
    wdm_buf_puts(buf, "site_id,biomarker_id,date,true_load,true_load_net,true_flow_m3_d,true_conc_ng_l\n");
    for (int e = 0; e < EVENT_N; e++) {
        const samples_event *event = &samples_events[e];
        wdm_day day = 0;
        if (event->site < 0 || event->marker < 0 || !wdm_day_parse(event->starts, &day))
            continue;
        for (wdm_day d = day - 7; d <= day + 7; d++) {
            char date[WDM_DATE_TEXT];
            const double load = samples_load(seed, event->site, event->marker, d);
            wdm_buf_printf(buf, "%s,%s,%s,%.6g,%.6g,%.6g,%.6g\n", samples_sites[event->site].id,
                           samples_markers[event->marker].id, wdm_day_format(d, date), load,
                           samples_load_net(seed, event->site, event->marker, d),
                           samples_flow(seed, event->site, d),
                           samples_conc(seed, event->site, event->marker, d));
        }
    }
}

static void put_sites(wdm_buf *buf, uint64_t seed)
{
    wdm_buf_puts(buf, "site_id,stated_population,true_population,true_flow_per_reading\n");
    for (int site = 0; site < SITE_N; site++)
        wdm_buf_printf(buf, "%s,%.0f,%.6g,%.6g\n", samples_sites[site].id, samples_sites[site].population,
                       samples_population(seed, site), samples_flow_bias(seed, site));
}

static void put_factors(wdm_buf *buf, uint64_t seed)
{
    wdm_buf_puts(
        buf,
        "drug_id,biomarker_id,stated_fraction,true_fraction,from_biomarker_id,stated_ratio,true_ratio\n");
    for (int marker = 0; marker < MARKER_N; marker++) {
        const samples_marker *m = &samples_markers[marker];
        wdm_buf_printf(buf, "%s,%s,", samples_drugs[m->drug].id, m->id);
        if (m->mode > 0.0)
            wdm_buf_printf(buf, "%g,%.6g,", m->mode, samples_excretion(seed, marker));
        else
            wdm_buf_puts(buf, ",,");
        if (m->from >= 0)
            wdm_buf_printf(buf, "%s,%g,%.6g\n", samples_markers[m->from].id, m->ratio,
                           samples_ratio(seed, marker));
        else
            wdm_buf_puts(buf, ",,\n");
    }
}

static void put_batch_bias(wdm_buf *buf, uint64_t seed)
{
    wdm_buf_puts(buf, "batch,lab_id,method_id,biomarker_id,u_rel_batch,reading_per_truth\n");
    for (int week = 0; week < WEEK_N; week++) {
        char iso[WDM_DATE_TEXT];
        (void)wdm_isoweek_format(wdm_isoweek_of_day(samples_monday(week)), iso);
        for (int lab = 0; lab < LAB_N; lab++) {
            for (int marker = 0; marker < MARKER_N; marker++)
                wdm_buf_printf(buf, "%s-%s,%s,%s,%s,%g,%.6g\n", iso, samples_labs[lab].id,
                               samples_labs[lab].id, samples_labs[lab].method_id, samples_markers[marker].id,
                               samples_markers[marker].u_batch * samples_labs[lab].u_factor,
                               samples_batch_bias(seed, lab, marker, week));
        }
    }
}

static void put_events(wdm_buf *buf, uint64_t seed)
{
    (void)seed;
    wdm_buf_puts(buf, "event_id,kind,site_id,drug_id,biomarker_id,starts,ends,factor,note\n");
    for (int e = 0; e < EVENT_N; e++) {
        const samples_event *event = &samples_events[e];
        wdm_buf_printf(buf, "%s,%s,%s,%s,%s,%s,%s,", event->id, event->kind,
                       event->site < 0 ? "" : samples_sites[event->site].id,
                       event->drug < 0 ? "" : samples_drugs[event->drug].id,
                       event->marker < 0 ? "" : samples_markers[event->marker].id, event->starts,
                       event->ends);
        if (!isnan(event->factor))
            wdm_buf_printf(buf, "%g", event->factor);
        wdm_buf_printf(buf, ",\"%s\"\n", event->note);
    }
}

wdm_rc samples_write_truth(uint64_t seed, const char *dir, wdm_err *err)
{
    static const struct {
        const char *name;
        void (*put)(wdm_buf *buf, uint64_t seed);
    } files[] = {{"truth/weekly.csv", put_weekly},      {"truth/daily.csv", put_daily},
                 {"truth/sites.csv", put_sites},        {"truth/factors.csv", put_factors},
                 {"truth/batches.csv", put_batch_bias}, {"truth/events.csv", put_events}};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < sizeof files / sizeof files[0] && rc == WDM_OK; i++) {
        wdm_buf buf;
        wdm_buf_init(&buf, FILE_MAX);
        files[i].put(&buf, seed);
        rc = samples_write_file(dir, files[i].name, &buf, err);
        wdm_buf_fini(&buf);
    }
    return rc;
}
