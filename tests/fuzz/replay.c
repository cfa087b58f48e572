// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzzer's entry point over files and the files of directories, without clang: the test that its
// seeds, and the inputs that once failed, hold.
#include "fuzz.h"

#include <dirent.h>

enum { INPUT_MAX = 1 << 20 };

static int replay_file(const char *path)
{
    static uint8_t bytes[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    size_t n = 0;
    if (file == NULL)
        return 0;
    n = fread(bytes, 1, sizeof bytes, file);
    if (ferror(file) != 0) { // a directory
        (void)fclose(file);
        return 0;
    }
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, n);
    return 1;
}

static int replay(const char *path)
{
    DIR *dir = opendir(path);
    int n = 0;
    if (dir == NULL)
        return replay_file(path);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(name, sizeof name, "%s/%s", path, entry->d_name) < (int)sizeof name)
            n += replay_file(name);
    }
    (void)closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;
    for (int i = 1; i < argc; i++) {
        const int here = replay(argv[i]);
        if (here == 0) {
            (void)fprintf(stderr, "%s: no inputs\n", argv[i]);
            return 1;
        }
        n += here;
    }
    (void)printf("%d inputs\n", n);
    return n > 0 ? 0 : 1;
}
