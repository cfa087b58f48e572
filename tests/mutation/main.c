// SPDX-License-Identifier: GPL-3.0-or-later
// wdm-mutate: damages sample files in every way and looks whether an import is still honest. See
// script/mutate.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "campaign.h"
#include "mutant.h"

enum { WORKERS_MAX = 16 };

typedef struct settings {
    const char *wdm, *source, *exports, *work, *keep;
    uint64_t n, seed, portion, only;
    unsigned workers;
    bool has_only;
} settings;

static uint64_t number_of(const char *text)
{
    return strtoull(text, NULL, 10);
}

static bool read_settings(int argc, char **argv, settings *s)
{
    *s =
        (settings){.n = 1000, .seed = 1, .portion = 200, .workers = 1, .exports = getenv("WDM_REALDATA_DIR")};
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        const struct {
            const char *name;
            const char **text;
        } texts[] = {
            {"--wdm", &s->wdm}, {"--source", &s->source}, {"--work", &s->work}, {"--keep", &s->keep}};
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            if (strcmp(argv[i], texts[k].name) == 0)
                *texts[k].text = value;
        }
        if (strcmp(argv[i], "--count") == 0)
            s->n = number_of(value);
        if (strcmp(argv[i], "--seed") == 0)
            s->seed = number_of(value);
        if (strcmp(argv[i], "--portion") == 0)
            s->portion = number_of(value);
        if (strcmp(argv[i], "--workers") == 0)
            s->workers = (unsigned)number_of(value);
        if (strcmp(argv[i], "--only") == 0) {
            s->only = number_of(value);
            s->has_only = true;
        }
    }
    return s->wdm != NULL && s->source != NULL && s->work != NULL && s->keep != NULL && s->portion > 0 &&
           s->portion <= PORTION_MAX && s->workers > 0 && s->workers <= WORKERS_MAX;
}

// Portions worker, worker + workers, ...
static int work(const settings *s, campaign *c, unsigned worker)
{
    char folder[1024];
    int rc = 0;
    (void)snprintf(folder, sizeof folder, "%s/w%u", s->work, worker);
    (void)mkdir(folder, 0700);
    c->work = folder;
    for (uint64_t first = worker * s->portion; first < s->n && rc == 0; first += s->workers * s->portion)
        rc = campaign_portion(c, first, first + s->portion <= s->n ? s->portion : s->n - first);
    return rc;
}

static void merge(tallies *all, const tallies *one)
{
    int64_t sums[sizeof(tallies) / sizeof(int64_t)];
    int64_t more[sizeof(tallies) / sizeof(int64_t)];
    memcpy(sums, all, sizeof sums);
    memcpy(more, one, sizeof more);
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        sums[i] += more[i];
    memcpy(all, sums, sizeof sums);
}

static int run_workers(const settings *s, campaign *c)
{
    int pipes[WORKERS_MAX][2];
    tallies all = {0};
    int failed = 0;
    for (unsigned w = 0; w < s->workers; w++) {
        if (pipe(pipes[w]) != 0)
            return -1;
        const pid_t pid = fork();
        if (pid < 0)
            return -1;
        if (pid == 0) {
            const int rc = work(s, c, w);
            const bool told =
                write(pipes[w][1], &c->tallies, sizeof c->tallies) == (ssize_t)sizeof c->tallies;
            (void)fflush(stdout);
            _exit(rc == 0 && told ? 0 : 1);
        }
        (void)close(pipes[w][1]);
    }
    for (unsigned w = 0; w < s->workers; w++) {
        tallies one = {0};
        size_t got = 0;
        ssize_t n = 0;
        while ((n = read(pipes[w][0], (char *)&one + got, sizeof one - got)) > 0)
            got += (size_t)n;
        (void)close(pipes[w][0]);
        failed |= got != sizeof one;
        merge(&all, &one);
    }
    for (unsigned w = 0; w < s->workers; w++) {
        int status = 0;
        failed |= wait(&status) < 0 || status != 0;
    }
    c->tallies = all;
    return failed ? -1 : 0;
}

static void print_line(const char *name, const tally *t)
{
    (void)printf("%-24s %7ld %7ld %7ld %7ld %5ld %9ld %8ld %8ld %7ld %7ld %9ld %8ld %8ld %5ld\n", name,
                 (long)t->mutants, (long)t->stored, (long)t->partial, (long)t->refused, (long)t->duplicate,
                 (long)t->rows, (long)t->n_new, (long)t->same, (long)t->corrected, (long)t->conflict,
                 (long)t->rejected, (long)t->left_out, (long)t->numbers, (long)t->failures);
}

static int64_t print_summary(const settings *s, const campaign *c)
{
    const tallies *t = &c->tallies;
    tally all = {0};
    (void)printf("%-24s %7s %7s %7s %7s %5s %9s %8s %8s %7s %7s %9s %8s %8s %5s\n", "kind (first mutation)",
                 "mutants", "stored", "partial", "refused", "dupl.", "rows", "new", "same", "corr.", "confl.",
                 "rejected", "left out", "numbers", "fail");
    for (size_t k = 0; k < n_mutation_kinds; k++) {
        int64_t *sum = (int64_t *)&all;
        const int64_t *one = (const int64_t *)&t->of_kind[k];
        for (size_t i = 0; i < sizeof all / sizeof *sum; i++)
            sum[i] += one[i];
        print_line(mutation_kinds[k].name, &t->of_kind[k]);
    }
    print_line("all", &all);
    (void)printf("%ld mutants of %zu files, seed %" PRIu64
                 ": %ld crashes, %ld where rows do not add up, %ld where something "
                 "else became a number, %ld failures in all\n",
                 (long)all.mutants, c->corpus.n, s->seed, (long)t->crashes, (long)t->sums, (long)t->values,
                 (long)all.failures);
    (void)printf("%ld numbers and %ld words were accepted, %ld results measured; %ld mutants went into a "
                 "store, %ld with "
                 "--keep-good\n",
                 (long)all.numbers, (long)all.words, (long)all.measured, (long)t->into_store,
                 (long)t->keep_good);
    return all.failures + t->crashes;
}

// One mutant to standard output.
static int print_only(const settings *s, const campaign *c)
{
    mutant m;
    size_t kind = 0;
    size_t of = 0;
    mutant_make(&m, &c->corpus, s->seed, s->only, &kind, &of);
    (void)fprintf(stderr, "%s of %s\n", mutation_kinds[kind].name, c->corpus.files[of].name);
    (void)fwrite(wdm_buf_text(&m.text), 1, m.text.len, stdout);
    mutant_fini(&m);
    return 0;
}

int main(int argc, char **argv)
{
    static campaign c;
    settings s;
    char path[1024];
    int rc = 0;
    if (!read_settings(argc, argv, &s)) {
        (void)fprintf(stderr, "usage: wdm-mutate --wdm PROGRAM --source TREE --work DIR --keep DIR "
                              "[--count N] [--seed N] [--portion N] [--workers N] [--only NUMBER]\n");
        return 64;
    }
    (void)snprintf(path, sizeof path, "%s/data-samples", s.source);
    if (!corpus_load(&c.corpus, path, s.exports)) {
        (void)fprintf(stderr, "wdm-mutate: no samples in %s\n", path);
        return 66;
    }
    (void)snprintf(path, sizeof path, "%s/config/units.csv", s.source);
    if (!units_load(&c.oracle.units, path)) {
        (void)fprintf(stderr, "wdm-mutate: no units in %s\n", path);
        return 66;
    }
    c.wdm = s.wdm;
    c.keep = s.keep;
    c.seed = s.seed;
    c.portion = s.portion;
    if (s.has_only) {
        rc = print_only(&s, &c);
    } else {
        rc = run_workers(&s, &c);
        if (print_summary(&s, &c) > 0)
            rc = 1;
    }
    corpus_fini(&c.corpus);
    units_fini(&c.oracle.units);
    return rc == 0 ? 0 : 1;
}
