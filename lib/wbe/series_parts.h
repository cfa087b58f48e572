// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of the replay, not for users of the layer.
#ifndef WDM_WBE_SERIES_PARTS_H
#define WDM_WBE_SERIES_PARTS_H

#include "wbe/series_replay.h"

// WDM_E_DATA with what is wrong.
wdm_rc wdm_replay_check(const wdm_replay_opts *opts, wdm_err *err) WDM_MUST_CHECK;
// The least bad level in use; NONE when none is.
wdm_alert_level wdm_replay_lowest_level(const wdm_replay_opts *opts);
// The most that a week below its limit can have been; NaN: not known.
double wdm_series_highest(const wdm_series_week *week);
// As the baseline takes it; week NULL: missing.
wdm_baseline_point wdm_series_point(const wdm_series_week *week, int32_t when, const wdm_replay_opts *opts);
// The replay with opts->detector; replay->weeks has room for all weeks.
wdm_rc wdm_replay_published(wdm_replay *replay, const wdm_series_week *weeks, size_t n, int32_t last,
                            const wdm_replay_opts *opts, wdm_err *err) WDM_MUST_CHECK;

#endif
