// SPDX-License-Identifier: GPL-3.0-or-later
// wdm layout: which layouts there are, what one says, and how a file fares with each: help for writing one.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "io/recognise.h"
#include "layouts.h"
#include "stage.h"

enum { RECORDS_SHOWN = 5 };

static const char *kind_name(wdm_form_kind kind)
{
    static const char *const names[] = {"assay", "field", "load", "sites", "changes", "indicator"};
    return names[kind];
}

static wdm_rc list(const wdm_cli *cli, const wdm_layouts *layouts, wdm_err *err)
{
    static const char *const columns[] = {"layout", "kind", "forms", "title"};
    wdm_tabular table;
    wdm_rc rc = WDM_OK;
    wdm_tabular_init(&table, columns, 4);
    for (size_t i = 0; i < layouts->n; i++) {
        const wdm_layout *layout = &layouts->items[i];
        wdm_tabular_text(&table, layout->name);
        wdm_tabular_text(&table, kind_name(layout->forms[0].kind));
        wdm_tabular_integer(&table, (int64_t)layout->n_forms);
        wdm_tabular_text(&table, layout->title);
    }
    rc = wdm_cli_print(cli, &table, err);
    wdm_tabular_fini(&table);
    return rc;
}

// The layout file itself: what it says, and the pattern for one's own.
static wdm_rc show(const wdm_config_files *files, const char *name, wdm_err *err)
{
    char path[128];
    const wdm_config_file *file = NULL;
    (void)snprintf(path, sizeof path, "layouts/%.100s.cfg", name);
    file = wdm_config_files_get(files, path);
    if (file == NULL)
        return wdm_err_set(err, WDM_E_NOINPUT, "no layout is called \"%s\"; wdm layout list shows them",
                           name);
    printf("// %s\n%s", file->origin, wdm_buf_text(&file->bytes));
    return WDM_OK;
}

// ---- try: the columns and the first records, as the layout reads them

typedef struct preview {
    const wdm_columns *columns;
    int n_records;
} preview;

static void print_header(const wdm_csv_row *row, const wdm_columns *columns)
{
    printf("  header in line %" PRIu64 ", %zu columns, %zu not used\n", row->line, columns->n_header,
           columns->n_unread);
    for (size_t i = 0; i < columns->base.n; i++) {
        const wdm_column *column = &columns->base.items[i];
        printf("    column %-4zu %-18s %s\n", column->at + 1, wdm_field_name(column->field),
               column->at < row->n ? row->fields[column->at] : "");
    }
    for (size_t g = 0; g < columns->n_groups && columns->n_groups > 1; g++) {
        const wdm_column_group *group = &columns->groups[g];
        printf("    group %s:", group->label);
        for (size_t i = 0; i < group->columns.n; i++)
            printf(" %s (column %zu)", wdm_field_name(group->columns.items[i].field),
                   group->columns.items[i].at + 1);
        printf("\n");
    }
}

static wdm_rc on_row(void *user, const wdm_csv_row *row, wdm_row_kind kind, const wdm_columns *columns,
                     wdm_err *err)
{
    preview *p = user;
    (void)err;
    if (kind == WDM_ROW_HEADER && p->columns == NULL)
        print_header(row, columns);
    if (kind == WDM_ROW_HEADER)
        p->columns = columns;
    return WDM_OK;
}

static wdm_rc on_record(void *user, const wdm_record *record, wdm_err *err)
{
    preview *p = user;
    (void)err;
    if (p->n_records++ >= RECORDS_SHOWN)
        return WDM_OK;
    printf("  line %" PRIu64 "%s%s:", record->line,
           record->left_out == NULL ? "" : ", left out: ", record->left_out == NULL ? "" : record->left_out);
    for (int f = 0; f < WDM_FIELD_N; f++) {
        if (record->cells[f][0] != '\0')
            printf(" %s=\"%s\"", wdm_field_name((wdm_field)f), record->cells[f]);
    }
    printf("%s\n", record->no_value ? " (no column of values)" : "");
    return WDM_OK;
}

static wdm_rc print_match(const wdm_recognised *found, wdm_source *source, const char *name, wdm_err *err)
{
    preview p = {NULL, 0};
    const wdm_reader_events events = {
        .user = &p, .row = on_row, .record = on_record, .known = found->known, .padded = found->padded};
    wdm_recognised cells = *found;
    wdm_rc rc = WDM_OK;
    printf("fits  %s: %s\n", found->layout->name, found->layout->title);
    printf("  %s, %s\n", wdm_source_encoding(source),
           found->dialect.delimiter == '\0' ? "text table" : wdm_dialect_delimiter(found->dialect));
    rc = wdm_recognise_cells(&cells, WDM_DATES_UNKNOWN, source, name, err);
    if (rc == WDM_OK)
        rc = wdm_reader_run(found->form, found->dialect, source, name, 0, &events, err);
    if (rc == WDM_OK)
        printf("  %d value cells\n", p.n_records);
    return rc;
}

static wdm_rc try_each(const wdm_candidates *all, wdm_source *source, const char *name, wdm_err *err)
{
    size_t n_fit = 0;
    bool known = all->only == NULL;
    for (size_t i = 0; i < all->n; i++) {
        const wdm_candidates one = {&all->layouts[i], 1, NULL, all->known};
        wdm_recognised found = {0};
        wdm_err why = {WDM_OK, ""};
        const char *reason = NULL;
        wdm_rc rc = WDM_OK;
        if (all->only != NULL && strcmp(all->only, all->layouts[i].name) != 0)
            continue;
        known = true;
        rc = wdm_recognise(&one, source, name, &found, &why);
        if (rc == WDM_OK)
            rc = print_match(&found, source, name, &why);
        n_fit += rc == WDM_OK;
        if (rc != WDM_OK && rc != WDM_E_DATA)
            return wdm_err_set(err, rc, "%s", why.text);
        reason = strstr(why.text, "layout ");
        if (rc != WDM_OK)
            printf("not   %s\n", reason == NULL ? why.text : reason + strlen("layout "));
    }
    if (!known)
        return wdm_err_set(err, WDM_E_USAGE, "--layout: \"%s\" is not a layout of config/layouts", all->only);
    if (n_fit != 1)
        return wdm_err_set(err, WDM_E_DATA, "%s: %zu layouts fit; an import needs one%s", name, n_fit,
                           n_fit > 1 ? ", or --layout" : "");
    return WDM_OK;
}

static wdm_rc try_file(const wdm_cli *cli, const wdm_candidates *candidates, const char *path, wdm_err *err)
{
    wdm_source *source = NULL;
    const char *name = strcmp(path, "-") == 0 ? "stdin" : wdm_path_base(path);
    wdm_rc rc = wdm_source_open(&source, path, err);
    if (rc == WDM_OK)
        rc = wdm_source_decode(source, name, wdm_cli_value(cli, "encoding"), err);
    if (rc == WDM_OK)
        rc = try_each(candidates, source, name, err);
    wdm_source_close(source);
    return rc;
}

static wdm_rc run_layout(const wdm_cli *cli, wdm_err *err)
{
    static const char usage[] = "usage: wdm layout list, wdm layout show NAME, or wdm layout try FILE";
    const char *verb = cli->args[0];
    wdm_config_files files = {0};
    wdm_layouts layouts = {0};
    wdm_config config = {0};
    wdm_rc rc = WDM_OK;
    if ((strcmp(verb, "list") == 0) != (cli->n_args == 1) ||
        (strcmp(verb, "list") != 0 && strcmp(verb, "show") != 0 && strcmp(verb, "try") != 0))
        return wdm_err_set(err, WDM_E_USAGE, "%s", usage);
    rc = wdm_config_files_read(&files, cli->config == NULL ? wdm_shipped_config() : cli->config,
                               wdm_shipped_config(), err);
    if (rc == WDM_OK && strcmp(verb, "show") == 0)
        rc = show(&files, cli->args[1], err);
    else if (rc == WDM_OK)
        rc = wdm_layouts_load(&layouts, &files, err);
    if (rc == WDM_OK && strcmp(verb, "list") == 0)
        rc = list(cli, &layouts, err);
    if (rc == WDM_OK && strcmp(verb, "try") == 0) {
        rc = wdm_config_parse(&config, &files, err);
        const wdm_candidates all = {layouts.items, layouts.n, wdm_cli_value(cli, "layout"),
                                    wdm_known_analytes(&config)};
        if (rc == WDM_OK)
            rc = try_file(cli, &all, cli->args[1], err);
    }
    wdm_config_fini(&config);
    wdm_layouts_fini(&layouts);
    wdm_config_files_fini(&files);
    return rc;
}

static const wdm_option options[] = {
    {"layout", 0, "L", "try this layout only"},
    {"encoding", 0, "E", "character set, as for wdm import"},
};

const wdm_stage wdm_stage_layout = {
    .name = "layout",
    .usage = "list | show NAME | try FILE",
    .summary = "list the layouts of laboratory files, show one, or try a file with each",
    .details = "Reads the folder of --config (else the shipped one) and no store. try prints how the layout "
               "that fits\n"
               "reads the columns and the first records, and for each other one the first thing that does "
               "not fit.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_args = 1,
    .max_args = 2,
    .run = run_layout,
};
