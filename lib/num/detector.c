// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/detector.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "num/detector_parts.h"

const wdm_detector *const wdm_detectors[] = {&wdm_detector_ears_c1,    &wdm_detector_ears_c2,
                                             &wdm_detector_ears_c3,    &wdm_detector_cusum,
                                             &wdm_detector_ewma,       &wdm_detector_shewhart,
                                             &wdm_detector_farrington, &wdm_detector_farrington_flexible,
                                             &wdm_detector_cdc,        NULL};

const char *wdm_detector_state_text(wdm_detector_state state)
{
    static const char *const texts[] = {
#define WDM_DETECTOR_TEXT(code, text) text,
        WDM_DETECTOR_STATE_LIST(WDM_DETECTOR_TEXT)
#undef WDM_DETECTOR_TEXT
    };
    return texts[state];
}

const wdm_detector *wdm_detector_find(const char *name)
{
    for (size_t i = 0; wdm_detectors[i] != NULL; i++) {
        if (strcmp(wdm_detectors[i]->name, name) == 0)
            return wdm_detectors[i];
    }
    return NULL;
}

void wdm_detector_defaults(const wdm_detector *detector, double parameters[WDM_DETECTOR_PARAMETERS_MAX])
{
    for (size_t i = 0; i < WDM_DETECTOR_PARAMETERS_MAX; i++)
        parameters[i] = i < detector->n_parameters ? detector->parameters[i].value : 0.0;
}

static bool in_range(const wdm_detector_parameter *parameter, double value)
{
    return value >= parameter->least && value <= parameter->greatest &&
           (!parameter->whole || value == floor(value));
}

static wdm_rc out_of_range(const wdm_detector *detector, const wdm_detector_parameter *parameter,
                           double value, wdm_rc rc, wdm_err *err)
{
    return wdm_err_set(err, rc, "detector %s: %s must be a %snumber from %g to %g, got %g", detector->name,
                       parameter->name, parameter->whole ? "whole " : "", parameter->least,
                       parameter->greatest, value);
}

wdm_rc wdm_detector_set(const wdm_detector *detector, double parameters[WDM_DETECTOR_PARAMETERS_MAX],
                        const char *name, double value, wdm_err *err)
{
    char names[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < detector->n_parameters; i++) {
        const wdm_detector_parameter *parameter = &detector->parameters[i];
        if (strcmp(parameter->name, name) == 0) {
            if (!in_range(parameter, value))
                return out_of_range(detector, parameter, value, WDM_E_CONFIG, err);
            parameters[i] = value;
            return WDM_OK;
        }
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                     parameter->name);
    }
    return wdm_err_set(err, WDM_E_CONFIG, "detector %s has no parameter %s; it has %s", detector->name, name,
                       names);
}

static wdm_rc check_parameters(const wdm_detector *detector, const double *parameters, wdm_err *err)
{
    for (size_t i = 0; i < detector->n_parameters; i++) {
        if (!in_range(&detector->parameters[i], parameters[i]))
            return out_of_range(detector, &detector->parameters[i], parameters[i], WDM_E_DATA, err);
    }
    return WDM_OK;
}

wdm_rc wdm_detector_check(const wdm_detector *detector, const wdm_detector_point *points, size_t n,
                          const double *parameters, wdm_err *err)
{
    for (size_t i = 0; i < n; i++) {
        const wdm_detector_point *p = &points[i];
        if (i > 0 && p->when <= points[i - 1].when)
            return wdm_err_set(err, WDM_E_DATA,
                               "detector %s: point %zu does not come after the one before it", detector->name,
                               i + 1);
        if (!(isnan(p->value) || (p->value >= 0.0 && p->value <= WDM_DETECTOR_VALUE_MAX)) ||
            !(isnan(p->limit) || (p->limit >= 0.0 && p->limit <= WDM_DETECTOR_VALUE_MAX)))
            return wdm_err_set(
                err, WDM_E_DATA,
                "detector %s: point %zu is negative or of no ordinary size (value %g, limit %g)",
                detector->name, i + 1, p->value, p->limit);
    }
    return check_parameters(detector, parameters, err);
}
