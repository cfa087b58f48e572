// SPDX-License-Identifier: GPL-3.0-or-later
// The sample files that are damaged: data-samples and, where they are, real exports. They are read, never
// written.
#ifndef WDM_TESTS_MUTATION_CORPUS_H
#define WDM_TESTS_MUTATION_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

enum { CORPUS_GROUPS = 6, CORPUS_FILES_MAX = 400 };

typedef struct sample {
    char name[256];
    char *bytes, *text; // as on disk; as UTF-8 without byte order mark
    size_t n_bytes, n_text;
    const char *encoding;
    char delimiter; // the commonest of comma, semicolon, tab, bar; 0: none
} sample;

typedef struct corpus {
    sample files[CORPUS_FILES_MAX];
    size_t n;
    struct {
        const char *name;
        size_t first, n;
        unsigned weight; // how often one of its files is taken
    } groups[CORPUS_GROUPS];
} corpus;

// Reads the files; exports: folder of real exports, NULL: none. false: a folder of samples cannot be read.
bool corpus_load(corpus *c, const char *samples, const char *exports);
void corpus_fini(corpus *c);

// Text from one character set in another; characters that it lacks become '?'. NULL: the bytes are not of
// `from` (lenient: they become '?' too). The caller frees.
char *corpus_convert(const char *from, const char *to, const char *bytes, size_t len, bool lenient,
                     size_t *n);

#endif
