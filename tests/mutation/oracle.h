// SPDX-License-Identifier: GPL-3.0-or-later
// What must be true of every import, whatever the file is.
#ifndef WDM_TESTS_MUTATION_ORACLE_H
#define WDM_TESTS_MUTATION_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbers.h"

enum { REASON_MAX = 600 };

// One mutant and what the program said of it.
typedef struct subject {
    uint64_t number;
    size_t kind, of;
    char name[64]; // of the file, without folder
    char path[1024];
    char *bytes; // as written
    size_t n_bytes;
    char *text; // decoded as the report says; NULL: could not be
    size_t n_text;
    bool aborted; // the file as a whole was refused: only a part of its rows may have been read
    bool says_comma;
    char delimiter; // as the messages say; 0: a text table
    // the object
    char layout[64], encoding[64], status[16], sha256[72];
    int64_t rows, stored, same, corrected, conflict, rejected, left_out, bad;
    int64_t blank, summary, wrong_cells; // rows that have no cell to show
    // the rows of the difference
    int64_t n_rows, n_lines;
    uint64_t first_line, last_line;
    int64_t n_numbers, n_words, n_measured;
    bool can_point, can_comma; // the decimal sign with which all its numbers read
    table cells;               // of a file of one header row
    bool has_cells;
    char reason[REASON_MAX]; // of the first failure; "": none
} subject;

typedef struct oracle {
    unit_table units;
    const char *unit; // of --unit
} oracle;

// Notes the failure, if it is the subject's first.
void subject_fail(subject *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void subject_fini(subject *s);

// Takes one JSON object. false: it is none.
bool oracle_take_object(subject *s, const char *line, size_t len);
// Marks the subjects of which the messages say that the whole file was refused, or read with a decimal comma.
void oracle_take_messages(subject *subjects, size_t n, const char *err, bool of_csv);
// Decodes the bytes as the object says, and reads the cells where the layout is plain.
void oracle_decode(subject *s);
// Takes the CSV of a dry run: rows in the order of the subjects.
void oracle_take_rows(const oracle *o, subject *subjects, size_t n, const char *csv, size_t len);
// Once rows and object are known.
void oracle_finish(subject *s);
// Results and rejects that a store exports, of the subjects by their hash and batch.
void oracle_take_results(const oracle *o, subject *subjects, size_t n, const char *csv, size_t len);

#endif
