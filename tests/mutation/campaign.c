// SPDX-License-Identifier: GPL-3.0-or-later
#include "campaign.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mutant.h"
#include "runner.h"

enum { SECONDS_MAX = 300, ARGS_MAX = PORTION_MAX + 32 };

// How a portion is run.
typedef struct manner {
    bool unit, keep_good, into_store;
    char store[1100];
} manner;

typedef struct arguments {
    const char *items[ARGS_MAX];
    size_t n;
} arguments;

static void add(arguments *a, const char *item)
{
    if (a->n + 1 < ARGS_MAX)
        a->items[a->n++] = item;
    a->items[a->n] = NULL;
}

static bool is_bad_status(int status)
{
    return status != 0 && status != 1 && status != 65;
}

static bool has_sanitizer_report(const char *err)
{
    return strstr(err, "AddressSanitizer") != NULL || strstr(err, "runtime error:") != NULL ||
           strstr(err, "LeakSanitizer") != NULL;
}

// ---- files

static bool write_file(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    bool good = f != NULL && fwrite(bytes, 1, n, f) == n;
    if (f != NULL)
        good = fclose(f) == 0 && good;
    return good;
}

static char *slurp(const char *path, size_t *n)
{
    struct stat st;
    FILE *f = fopen(path, "rb");
    char *bytes = NULL;
    *n = 0;
    if (f == NULL)
        return NULL;
    if (fstat(fileno(f), &st) == 0)
        bytes = calloc((size_t)st.st_size + 1, 1);
    if (bytes != NULL)
        *n = fread(bytes, 1, (size_t)st.st_size, f);
    (void)fclose(f);
    return bytes;
}

static bool copy_file(const char *from, const char *to)
{
    size_t n = 0;
    char *bytes = slurp(from, &n);
    const bool good = bytes != NULL && write_file(to, bytes, n);
    free(bytes);
    return good;
}

static bool same_bytes(const char *a, const char *b)
{
    size_t na = 0;
    size_t nb = 0;
    char *one = slurp(a, &na);
    char *two = slurp(b, &nb);
    const bool same = one != NULL && two != NULL && na == nb && memcmp(one, two, na) == 0;
    free(one);
    free(two);
    return same;
}

// Writes the mutant. Now and then under its sample's own name: then it is a re-issue and may correct.
static bool make_subject(campaign *c, subject *s, uint64_t number, const subject *others, size_t n_others)
{
    mutant m;
    *s = (subject){.number = number};
    mutant_make(&m, &c->corpus, c->seed, number, &s->kind, &s->of);
    (void)snprintf(s->name, sizeof s->name, "m%07" PRIu64 ".csv", number);
    if (number % 10 == 7) {
        bool taken = false;
        for (size_t i = 0; i < n_others; i++)
            taken |= strcmp(others[i].name, c->corpus.files[s->of].name) == 0;
        if (!taken && strlen(c->corpus.files[s->of].name) < sizeof s->name)
            (void)snprintf(s->name, sizeof s->name, "%.60s", c->corpus.files[s->of].name);
    }
    (void)snprintf(s->path, sizeof s->path, "%s/%s", c->work, s->name);
    s->n_bytes = m.text.len;
    s->bytes = malloc(m.text.len + 1);
    if (s->bytes != NULL)
        memcpy(s->bytes, wdm_buf_text(&m.text), m.text.len);
    mutant_fini(&m);
    return s->bytes != NULL && write_file(s->path, s->bytes, s->n_bytes);
}

// ---- running

static int import_files(const campaign *c, const manner *how, const char *format, const subject *subjects,
                        size_t n, run_result *result)
{
    arguments a = {.n = 0};
    add(&a, c->wdm);
    add(&a, "import");
    if (!how->into_store || strcmp(format, "csv") == 0)
        add(&a, "--dry-run");
    if (how->keep_good)
        add(&a, "--keep-good");
    if (how->unit) {
        add(&a, "--unit");
        add(&a, "ng/L");
        add(&a, "--lab");
        add(&a, "lab-t");
    }
    add(&a, "--store");
    add(&a, how->store);
    add(&a, "--format");
    add(&a, format);
    for (size_t i = 0; i < n; i++)
        add(&a, subjects[i].path);
    return run_program(a.items, c->work, SECONDS_MAX, result);
}

static int export_table(const campaign *c, const manner *how, const char *what, run_result *result)
{
    const char *argv[] = {c->wdm, "export", "--store", how->store, what, NULL};
    return run_program(argv, c->work, SECONDS_MAX, result);
}

static size_t count_lines(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

// Which of the files it was that the program did not survive: each on its own.
static void find_culprits(campaign *c, const manner *how, const char *format, subject *subjects, size_t n,
                          int status)
{
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        run_result one;
        if (import_files(c, how, format, &subjects[i], 1, &one) == 0 &&
            (is_bad_status(one.status) || has_sanitizer_report(one.err))) {
            found = true;
            subject_fail(&subjects[i], "CRASH: %s ended with %d: %.400s", format, one.status, one.err);
        }
        run_fini(&one);
    }
    if (!found)
        subject_fail(&subjects[0],
                     "CRASH: %s of this and the %zu mutants after it ended with %d, none of them alone",
                     format, n - 1, status);
    c->tallies.crashes++;
}

// false: the program did not do its work; the culprits are marked.
static bool run_or_blame(campaign *c, const manner *how, const char *format, subject *subjects, size_t n,
                         run_result *result)
{
    if (import_files(c, how, format, subjects, n, result) != 0)
        return false;
    if (is_bad_status(result->status) || has_sanitizer_report(result->err) ||
        (strcmp(format, "jsonl") == 0 && count_lines(result->out) != n)) {
        find_culprits(c, how, format, subjects, n, result->status);
        return false;
    }
    return true;
}

static void take_objects(subject *subjects, size_t n, const char *out)
{
    for (size_t i = 0; i < n && *out != '\0'; i++) {
        const size_t len = strcspn(out, "\n");
        (void)oracle_take_object(&subjects[i], out, len);
        out += len + (out[len] != '\0');
    }
}

// Both formats of a dry run, and that the store is as before.
static bool dry_run(campaign *c, const manner *how, const char *seed_store, subject *subjects, size_t n)
{
    run_result json = {0};
    run_result csv = {0};
    manner dry = *how;
    dry.into_store = false;
    bool good = run_or_blame(c, &dry, "jsonl", subjects, n, &json);
    if (good) {
        take_objects(subjects, n, json.out);
        oracle_take_messages(subjects, n, json.err, false);
        good = run_or_blame(c, &dry, "csv", subjects, n, &csv);
    }
    if (good) {
        oracle_take_messages(subjects, n, csv.err, true);
        for (size_t i = 0; i < n; i++)
            oracle_decode(&subjects[i]);
        oracle_take_rows(&c->oracle, subjects, n, csv.out, csv.n_out);
        for (size_t i = 0; i < n; i++)
            oracle_finish(&subjects[i]);
        if (json.status != csv.status)
            subject_fail(&subjects[0], "this portion: status %d with jsonl, %d with csv", json.status,
                         csv.status);
        if (!same_bytes(seed_store, how->store))
            subject_fail(&subjects[0], "this portion's dry runs changed the store");
    }
    run_fini(&json);
    run_fini(&csv);
    return good;
}

// Into a store: what it holds then is what the verdicts say.
static void real_run(campaign *c, const manner *how, subject *subjects, size_t n)
{
    run_result json = {0};
    run_result results = {0};
    run_result rejects = {0};
    int64_t bad = 0;
    if (run_or_blame(c, how, "jsonl", subjects, n, &json)) {
        take_objects(subjects, n, json.out);
        if (export_table(c, how, "results", &results) != 0 || results.status != 0)
            subject_fail(&subjects[0], "export results ended with %d: %.300s", results.status, results.err);
        else
            oracle_take_results(&c->oracle, subjects, n, results.out, results.n_out);
        for (size_t i = 0; i < n; i++)
            bad += strcmp(subjects[i].status, "partial") == 0 ? subjects[i].bad : 0;
        if (export_table(c, how, "rejects", &rejects) != 0 || rejects.status != 0)
            subject_fail(&subjects[0], "export rejects ended with %d: %.300s", rejects.status, rejects.err);
        else if (bad > 0 && count_lines(rejects.out) < 2)
            subject_fail(&subjects[0], "%ld bad rows and no rejects", (long)bad);
    }
    run_fini(&json);
    run_fini(&results);
    run_fini(&rejects);
}

// ---- counting

static void count(campaign *c, const subject *s)
{
    tally *t = &c->tallies.of_kind[s->kind];
    t->mutants++;
    t->stored += strcmp(s->status, "stored") == 0;
    t->partial += strcmp(s->status, "partial") == 0;
    t->refused += strcmp(s->status, "refused") == 0;
    t->duplicate += strcmp(s->status, "duplicate") == 0;
    t->rows += s->rows;
    t->n_new += s->stored;
    t->same += s->same;
    t->corrected += s->corrected;
    t->conflict += s->conflict;
    t->rejected += s->rejected;
    t->left_out += s->left_out;
    t->numbers += s->n_numbers;
    t->words += s->n_words;
    t->measured += s->n_measured;
    t->failures += s->reason[0] != '\0';
}

static void tell_failure(campaign *c, const subject *s, const manner *how)
{
    char path[1200];
    (void)mkdir(c->keep, 0700);
    (void)snprintf(path, sizeof path, "%s/m%07" PRIu64 ".csv", c->keep, s->number);
    (void)write_file(path, s->bytes, s->n_bytes);
    (void)printf("FAILED mutant %" PRIu64 " (%s of %s%s%s%s): %s\n  kept as %s\n", s->number,
                 mutation_kinds[s->kind].name, c->corpus.files[s->of].name, how->unit ? ", --unit" : "",
                 how->keep_good ? ", --keep-good" : "", how->into_store ? ", into a store" : "", s->reason,
                 path);
    (void)fflush(stdout);
    c->tallies.sums += strstr(s->reason, "rows") != NULL;
    c->tallies.values += strstr(s->reason, "became") != NULL || strstr(s->reason, "measured as") != NULL;
}

int campaign_portion(campaign *c, uint64_t first, uint64_t n)
{
    const uint64_t index = first / c->portion;
    manner how = {
        .unit = index % 2 == 1, .keep_good = index % 5 == 2 || index % 5 == 4, .into_store = index % 5 == 4};
    char seed_store[1100];
    subject *subjects = calloc(n, sizeof *subjects);
    int rc = 0;
    if (subjects == NULL || n > PORTION_MAX)
        return -1;
    c->oracle.unit = how.unit ? "ng/L" : "";
    (void)snprintf(seed_store, sizeof seed_store, "%s/../seed.db", c->work);
    (void)snprintf(how.store, sizeof how.store, "%s/wdm.db", c->work);
    for (uint64_t i = 0; i < n && rc == 0; i++)
        rc = make_subject(c, &subjects[i], first + i, subjects, i) ? 0 : -1;
    if (rc == 0)
        rc = copy_file(seed_store, how.store) ? 0 : -1;
    if (rc == 0 && dry_run(c, &how, seed_store, subjects, n) && how.into_store)
        real_run(c, &how, subjects, n);
    for (uint64_t i = 0; i < n && rc == 0; i++) {
        char rejects[1100];
        const char *dot = strrchr(subjects[i].path, '.');
        count(c, &subjects[i]);
        if (subjects[i].reason[0] != '\0')
            tell_failure(c, &subjects[i], &how);
        (void)snprintf(rejects, sizeof rejects, "%.*s.rejects.csv", (int)(dot - subjects[i].path),
                       subjects[i].path);
        (void)unlink(rejects);
        (void)unlink(subjects[i].path);
        subject_fini(&subjects[i]);
    }
    c->tallies.into_store += how.into_store ? (int64_t)n : 0;
    c->tallies.keep_good += how.keep_good ? (int64_t)n : 0;
    free(subjects);
    return rc;
}
