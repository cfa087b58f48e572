// SPDX-License-Identifier: GPL-3.0-or-later
#include "layouts.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const char folder[] = "layouts/";

wdm_rc wdm_layouts_load(wdm_layouts *layouts, const wdm_config_files *files, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    memset(layouts, 0, sizeof *layouts);
    for (size_t i = 0; i < files->n && rc == WDM_OK; i++) {
        const wdm_config_file *file = &files->files[i];
        const char *base = file->name + strlen(folder);
        char name[64];
        if (strncmp(file->name, folder, strlen(folder)) != 0)
            continue;
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(base, "."), base);
        rc = wdm_grow(&layouts->items, &layouts->cap, layouts->n + 1, sizeof *layouts->items, err);
        if (rc == WDM_OK)
            rc = wdm_layout_parse(&layouts->items[layouts->n++], name, file->origin,
                                  wdm_buf_text(&file->bytes), err);
    }
    return rc;
}

void wdm_layouts_fini(wdm_layouts *layouts)
{
    for (size_t i = 0; i < layouts->n; i++)
        wdm_layout_fini(&layouts->items[i]);
    wdm_free(layouts->items);
    memset(layouts, 0, sizeof *layouts);
}

wdm_rc wdm_layouts_of(wdm_session *session, const wdm_layouts **layouts, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (session->layouts == NULL) {
        session->layouts = wdm_alloc(1, sizeof *session->layouts);
        rc = session->layouts == NULL ? wdm_err_nomem(err)
                                      : wdm_layouts_load(session->layouts, &session->files, err);
    }
    *layouts = session->layouts;
    return rc;
}

void wdm_layouts_free(wdm_layouts *layouts)
{
    if (layouts != NULL)
        wdm_layouts_fini(layouts);
    wdm_free(layouts);
}

static bool is_analyte(void *user, const char *name)
{
    return wdm_config_analyte(user, name) != WDM_NONE;
}

wdm_known wdm_known_analytes(const wdm_config *config)
{
    union { // the callback only reads, but user pointers are not const
        const wdm_config *in;
        void *out;
    } user = {config};
    return (wdm_known){is_analyte, user.out};
}
