// SPDX-License-Identifier: GPL-3.0-or-later
#include "corpus.h"

#include <dirent.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *corpus_convert(const char *from, const char *to, const char *bytes, size_t len, bool lenient, size_t *n)
{
    iconv_t cd = iconv_open(to, from);
    const size_t cap = len * 4 + 16;
    char *out = calloc(cap + 1, 1);
    char *in = malloc(len + 1); // iconv takes a char * that it does not write to
    char *src = in;
    char *dst = out;
    size_t left = len;
    size_t room = cap;
    bool good = cd != (iconv_t)-1 && out != NULL && in != NULL;
    if (good)
        memcpy(in, bytes, len);
    while (good && left > 0 && iconv(cd, &src, &left, &dst, &room) == (size_t)-1) {
        const bool to_utf8 = strncmp(to, "UTF-8", 5) == 0;
        if (!lenient || errno == E2BIG || room < 2) {
            good = false;
            break;
        }
        do { // the character, and the rest of it in UTF-8
            src++;
            left--;
        } while (!to_utf8 && left > 0 && ((unsigned char)*src & 0xc0) == 0x80);
        *dst++ = '?';
        room--;
    }
    if (cd != (iconv_t)-1)
        (void)iconv_close(cd);
    free(in);
    if (!good) {
        free(out);
        return NULL;
    }
    *n = cap - room;
    out[*n] = '\0';
    return out;
}

static char *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    char *bytes = NULL;
    long size = -1;
    if (f != NULL && fseek(f, 0, SEEK_END) == 0)
        size = ftell(f);
    if (size >= 0 && fseek(f, 0, SEEK_SET) == 0)
        bytes = calloc((size_t)size + 1, 1);
    if (bytes != NULL && fread(bytes, 1, (size_t)size, f) != (size_t)size) {
        free(bytes);
        bytes = NULL;
    }
    if (f != NULL)
        (void)fclose(f);
    *n = size < 0 ? 0 : (size_t)size;
    return bytes;
}

static void decode(sample *s)
{
    static const char *const sets[] = {"UTF-8", "GB18030", "CP1252"};
    const bool wide = s->n_bytes >= 2 && ((unsigned char)s->bytes[0] ^ (unsigned char)s->bytes[1]) == 1 &&
                      (unsigned char)(s->bytes[0] | s->bytes[1]) == 0xff;
    if (wide) {
        s->encoding = "UTF-16LE";
        s->text = corpus_convert("UTF-16", "UTF-8", s->bytes, s->n_bytes, true, &s->n_text);
        return;
    }
    for (size_t i = 0; i < 3 && s->text == NULL; i++) {
        s->encoding = sets[i];
        s->text = corpus_convert(sets[i], "UTF-8", s->bytes, s->n_bytes, i == 2, &s->n_text);
    }
    if (s->text != NULL && s->n_text >= 3 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0) {
        memmove(s->text, s->text + 3, s->n_text - 2);
        s->n_text -= 3;
    }
}

static void find_delimiter(sample *s)
{
    static const char signs[] = ",;\t|";
    size_t best = 0;
    for (size_t i = 0; signs[i] != '\0'; i++) {
        size_t n = 0;
        for (size_t k = 0; k < s->n_text; k++)
            n += s->text[k] == signs[i];
        if (n > best) {
            best = n;
            s->delimiter = signs[i];
        }
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const sample *)a)->name, ((const sample *)b)->name);
}

static bool wanted(const char *name)
{
    const size_t len = strlen(name);
    return name[0] != '.' && strcmp(name, "README.md") != 0 && strcmp(name, "expected.csv") != 0 &&
           strcmp(name, "values.csv") != 0 && !(len > 12 && strcmp(name + len - 12, ".rejects.csv") == 0);
}

static bool load_group(corpus *c, size_t group, const char *folder, const char *name, unsigned weight)
{
    char path[2048];
    struct dirent *entry = NULL;
    DIR *dir = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    dir = opendir(path);
    c->groups[group].name = name;
    c->groups[group].first = c->n;
    if (dir == NULL)
        return false;
    while ((entry = readdir(dir)) != NULL && c->n < CORPUS_FILES_MAX) {
        sample *s = &c->files[c->n];
        if (!wanted(entry->d_name))
            continue;
        memset(s, 0, sizeof *s);
        (void)snprintf(s->name, sizeof s->name, "%s", entry->d_name);
        (void)snprintf(path, sizeof path, "%s/%s/%s", folder, name, entry->d_name);
        s->bytes = read_file(path, &s->n_bytes);
        if (s->bytes == NULL)
            continue;
        decode(s);
        find_delimiter(s);
        c->n++;
    }
    (void)closedir(dir);
    c->groups[group].n = c->n - c->groups[group].first;
    c->groups[group].weight = c->groups[group].n > 0 ? weight : 0;
    qsort(c->files + c->groups[group].first, c->groups[group].n, sizeof *c->files, by_name);
    return true;
}

bool corpus_load(corpus *c, const char *samples, const char *exports)
{
    memset(c, 0, sizeof *c);
    if (!load_group(c, 0, samples, "batches", 30) || !load_group(c, 1, samples, "formats", 40) ||
        !load_group(c, 2, samples, "invalid", 8) || !load_group(c, 3, samples, "field", 4) ||
        !load_group(c, 4, samples, "corrected", 2))
        return false;
    if (exports != NULL && exports[0] != '\0')
        (void)load_group(c, 5, exports, "instrument_exports", 12);
    return true;
}

void corpus_fini(corpus *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->files[i].bytes);
        free(c->files[i].text);
    }
    c->n = 0;
}
