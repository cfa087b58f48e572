// SPDX-License-Identifier: GPL-3.0-or-later
#include "tables.h"

#include <math.h>
#include <stdio.h>

const double report_cv[2] = {0.18, 0.58};
const double report_share[4] = {0.0, 0.2, 0.5, 0.8};

void report_heading(const report *r, const char *heading, const char *sentence, const char *head)
{
    (void)printf("\n### %s\n%s\n\n%s", heading, sentence, head);
    (void)fprintf(stderr, "%s%s\n", heading, r->quick ? ", quick" : "");
}

cell report_cell(int u, double cv, double censored, int days, int worlds)
{
    return (cell){.design = {.errors = &world_errors_list[u],
                             .cv_within = cv,
                             .told_within = cv,
                             .told_between = (double)NAN,
                             .censored = censored,
                             .weeks = 1,
                             .sampled_weeks = 1,
                             .sampled_days = days},
                  .censoring = WDM_CENS_AUTO,
                  .worlds = worlds};
}

void report_design(const cell *c, bool days)
{
    const world_design *d = &c->design;
    (void)printf("| %s | %.2f | %.0f %% |", d->errors->name, d->cv_within, 100.0 * d->censored);
    if (days && d->weeks > 1)
        (void)printf(" %d x %d |", d->sampled_weeks, d->sampled_days);
    else if (days)
        (void)printf(" %d |", d->sampled_days);
}

static double part(share s)
{
    return (double)s.in / (double)s.of;
}

// Four standard deviations of a binomial share of 95 %.
static double noise(share s)
{
    return 4.0 * sqrt(0.0475 / (double)s.of);
}

void report_plain(share s)
{
    if (s.of == 0)
        (void)printf(" |");
    else
        (void)printf(" %.1f (%d) |", 100.0 * part(s), s.of);
}

static void print_marked(share s, const char *before, const char *after)
{
    (void)printf(" %s%.1f%s (%d) |", before, 100.0 * part(s), after, s.of);
}

void report_share_of(report *r, share s, int of_worlds)
{
    const bool judged = 4 * s.of >= of_worlds && (s.of >= 500 || r->quick);
    if (s.of == 0) {
        (void)printf(" |");
        return;
    }
    if (!judged) {
        print_marked(s, "[", "]");
        return;
    }
    const double p = part(s);
    const bool inside = p >= 0.935 && p <= 0.965;
    print_marked(s, inside ? "" : "**", inside ? "" : "**");
    r->judged++;
    r->inside += inside ? 1 : 0;
    r->lowest = fmin(r->lowest, p);
    r->highest = fmax(r->highest, p);
    r->out_of_tolerance += p < 0.92 - noise(s) || p > 0.985 + noise(s) ? 1 : 0;
}

void report_bounds(report *r, share s)
{
    if (s.of == 0) {
        (void)printf(" |");
        return;
    }
    if (s.of < 200) {
        print_marked(s, "[", "]");
        return;
    }
    const double p = part(s);
    print_marked(s, p >= 0.95 ? "" : "**", p >= 0.95 ? "" : "**");
    r->judged_bounds++;
    r->lowest_bounds = fmin(r->lowest_bounds, p);
    r->out_of_tolerance += p < 0.95 - noise(s) ? 1 : 0;
}

void report_summary(const report *r)
{
    (void)printf("\n%d of %d judged shares lie between 93.5 and 96.5 %%; the lowest is %.1f %%, the highest "
                 "%.1f %%. Bounds: the "
                 "lowest of %d shares is %.1f %%.\n",
                 r->inside, r->judged, 100.0 * r->lowest, 100.0 * r->highest, r->judged_bounds,
                 100.0 * r->lowest_bounds);
    if (r->quick && r->out_of_tolerance > 0)
        (void)fprintf(stderr, "wdm-validate: %d shares outside the tolerance\n", r->out_of_tolerance);
}
