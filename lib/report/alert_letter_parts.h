// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the files of alert_letter.
#ifndef WDM_REPORT_ALERT_LETTER_PARTS_H
#define WDM_REPORT_ALERT_LETTER_PARTS_H

#include "report/alert_letter.h"

// The lines of one alert: this week, why, what could fake it.
void wdm_letter_alert(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out);
// "[Orange] Baishamen, Methamphetamine"
void wdm_letter_headline(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out);
// When the next message comes and the commands.
void wdm_letter_next(const wdm_words *words, const wdm_letter *letter, wdm_buf *out);

#endif
