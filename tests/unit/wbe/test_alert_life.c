// SPDX-License-Identifier: GPL-3.0-or-later
// The life cycle of an alert: cases by hand, and properties of random sequences of weeks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above
#include <cmocka.h>

#include "base/rng.h"
#include "wbe/alert_life.h"

static wdm_alert_facts week_of(int32_t week, wdm_alert_level level)
{
    return (wdm_alert_facts){.week = week,
                             .judged = true,
                             .level = level,
                             .may_open = true,
                             .below_weeks = level == WDM_LEVEL_NONE ? 1 : 0,
                             .close_weeks = 2,
                             .better_weeks = 2};
}

static wdm_alert_action step(wdm_alert_life *life, int32_t week, wdm_alert_level level)
{
    const wdm_alert_facts facts = week_of(week, level);
    return wdm_alert_step(&facts, life);
}

static void the_life_cycle_opens_follows_and_closes(void **state)
{
    wdm_alert_facts facts = week_of(10, WDM_LEVEL_WARNING);
    wdm_alert_life life = {0};
    (void)state;
    facts.may_open = false;
    assert_int_equal(wdm_alert_step(&facts, &life),
                     WDM_ALERT_NOTHING); // the false-discovery limit holds it back
    facts.may_open = true;
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_OPEN);
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_SEEN); // the same run again
    facts.week = 11;
    facts.may_open = false; // staying open does not need it
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_REPEAT);
    assert_int_equal(step(&life, 12, WDM_LEVEL_CRITICAL), WDM_ALERT_WORSE);
    assert_int_equal(step(&life, 13, WDM_LEVEL_NONE), WDM_ALERT_NOTHING);
    facts = week_of(14, WDM_LEVEL_NONE);
    facts.judged = false;
    facts.below_weeks = 2;
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_NOTHING); // no data closes nothing
    facts.judged = true;
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_CLOSE);
    assert_int_equal(life.level, WDM_LEVEL_NONE);
}

static void it_rises_at_once_and_falls_after_two_weeks_to_the_worst_of_them(void **state)
{
    wdm_alert_life life = {0};
    (void)state;
    assert_int_equal(step(&life, 1, WDM_LEVEL_CRITICAL), WDM_ALERT_OPEN);
    assert_int_equal(step(&life, 2, WDM_LEVEL_WARNING), WDM_ALERT_REPEAT);
    assert_int_equal(step(&life, 2, WDM_LEVEL_WARNING), WDM_ALERT_SEEN); // counted once
    assert_int_equal(step(&life, 3, WDM_LEVEL_CRITICAL), WDM_ALERT_REPEAT);
    assert_int_equal(step(&life, 4, WDM_LEVEL_WARNING), WDM_ALERT_REPEAT); // counted anew
    assert_int_equal(step(&life, 5, WDM_LEVEL_NOTICE), WDM_ALERT_BETTER);
    assert_int_equal(life.level, WDM_LEVEL_WARNING);
    assert_int_equal(step(&life, 6, WDM_LEVEL_NOTICE), WDM_ALERT_BETTER); // the second week of notice
    assert_int_equal(life.level, WDM_LEVEL_NOTICE);
    assert_int_equal(step(&life, 7, WDM_LEVEL_CRITICAL), WDM_ALERT_WORSE);
}

static void weeks_without_a_level_count_as_lower_but_never_make_it_better_by_themselves(void **state)
{
    wdm_alert_life life = {0};
    wdm_alert_facts calm = week_of(2, WDM_LEVEL_NONE);
    (void)state;
    assert_int_equal(step(&life, 1, WDM_LEVEL_CRITICAL), WDM_ALERT_OPEN);
    calm.close_weeks = 4;
    assert_int_equal(wdm_alert_step(&calm, &life), WDM_ALERT_NOTHING);
    calm.week = 3;
    calm.below_weeks = 2;
    assert_int_equal(wdm_alert_step(&calm, &life), WDM_ALERT_NOTHING);
    assert_int_equal(step(&life, 4, WDM_LEVEL_NOTICE), WDM_ALERT_BETTER);
    assert_int_equal(life.level, WDM_LEVEL_NOTICE);
}

static void a_corrected_week_takes_back_what_it_had_said(void **state)
{
    wdm_alert_life life = {0};
    (void)state;
    assert_int_equal(step(&life, 1, WDM_LEVEL_NOTICE), WDM_ALERT_OPEN);
    assert_int_equal(step(&life, 2, WDM_LEVEL_CRITICAL), WDM_ALERT_WORSE);
    assert_int_equal(step(&life, 2, WDM_LEVEL_NONE), WDM_ALERT_BETTER); // as if week 2 had never said it
    assert_int_equal(life.level, WDM_LEVEL_NOTICE);
    assert_int_equal(life.lower_weeks, 1);
    life = (wdm_alert_life){0};
    assert_int_equal(step(&life, 1, WDM_LEVEL_CRITICAL), WDM_ALERT_OPEN);
    assert_int_equal(step(&life, 1, WDM_LEVEL_INFO), WDM_ALERT_BETTER);
    assert_int_equal(life.level, WDM_LEVEL_INFO);
}

static void an_alert_without_a_cause_is_withdrawn_whenever_it_opened(void **state)
{
    wdm_alert_facts facts = week_of(10, WDM_LEVEL_NONE);
    wdm_alert_life life = {0};
    (void)state;
    assert_int_equal(step(&life, 10, WDM_LEVEL_WARNING), WDM_ALERT_OPEN);
    facts.opening = true;
    facts.below_weeks = 40;
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_WITHDRAW); // its own week, evaluated again
    assert_int_equal(step(&life, 10, WDM_LEVEL_WARNING), WDM_ALERT_OPEN);
    assert_int_equal(step(&life, 12, WDM_LEVEL_WARNING), WDM_ALERT_REPEAT);
    facts.opening = false;
    facts.week = 11; // the data of week 12 are gone
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_NOTHING);
    facts.no_cause = true; // and those of all weeks before are corrected
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_WITHDRAW);
}

static void a_level_that_has_become_the_usual_one_closes(void **state)
{
    wdm_alert_facts facts = week_of(20, WDM_LEVEL_NONE);
    wdm_alert_life life = {0};
    (void)state;
    assert_int_equal(step(&life, 8, WDM_LEVEL_WARNING), WDM_ALERT_OPEN);
    facts.new_level = true;
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_CLOSE);
}

static void a_further_rise_is_told_even_at_the_same_level(void **state)
{
    wdm_alert_facts facts = week_of(2, WDM_LEVEL_CRITICAL);
    wdm_alert_life life = {0};
    (void)state;
    assert_int_equal(step(&life, 1, WDM_LEVEL_CRITICAL), WDM_ALERT_OPEN);
    facts.risen = true;
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_WORSE);
    assert_int_equal(life.level, WDM_LEVEL_CRITICAL);
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_SEEN); // once
    facts = week_of(3, WDM_LEVEL_WARNING);
    facts.risen = true; // by its weeks, though this one by itself is less
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_WORSE);
    assert_int_equal(life.level, WDM_LEVEL_CRITICAL);
    assert_int_equal(life.lower_weeks, 1);
}

static void a_fault_at_the_site_holds_the_level(void **state)
{
    wdm_alert_facts facts = week_of(2, WDM_LEVEL_CRITICAL);
    wdm_alert_life life = {0};
    (void)state;
    assert_int_equal(step(&life, 1, WDM_LEVEL_NOTICE), WDM_ALERT_OPEN);
    facts.held = true;
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_REPEAT);
    assert_int_equal(life.level, WDM_LEVEL_NOTICE);
    facts.week = 3;
    facts.held = false; // it is still there without the fault
    assert_int_equal(wdm_alert_step(&facts, &life), WDM_ALERT_WORSE);
}

static void a_fault_explains_drugs_at_its_site_that_did_not_open_before_it(void **state)
{
    const wdm_alert_place fault = {.site_key = 3, .drug_key = 0, .opened_week = 20};
    wdm_alert_place alert = {.site_key = 3, .drug_key = 5, .opened_week = 20};
    (void)state;
    assert_true(wdm_alert_explains(&fault, &alert));
    alert.opened_week = 19;
    assert_false(wdm_alert_explains(&fault, &alert));
    alert.opened_week = 21;
    alert.drug_key = 0; // another fault
    assert_false(wdm_alert_explains(&fault, &alert));
    alert.drug_key = 5;
    alert.site_key = 4;
    assert_false(wdm_alert_explains(&fault, &alert));
    assert_false(wdm_alert_explains(&(wdm_alert_place){0}, &(wdm_alert_place){.drug_key = 5})); // a region's
}

// ---- properties

typedef struct machine {
    wdm_alert_life life;
    bool open;
    wdm_alert_level level;
    int32_t last_event;
    int n_open, n_end;
} machine;

// What an observer of the events may rely on, whatever the weeks say.
static void observe(machine *m, const wdm_alert_facts *facts)
{
    const wdm_alert_level before = m->level;
    const wdm_alert_action action = wdm_alert_step(facts, &m->life);
    if (!facts->judged)
        assert_int_equal(action, WDM_ALERT_NOTHING);
    switch (action) {
    case WDM_ALERT_OPEN:
        assert_false(m->open); // never two open alerts
        assert_true(facts->level > WDM_LEVEL_NONE && facts->may_open);
        m->open = true;
        m->last_event = facts->week;
        m->n_open++;
        break;
    case WDM_ALERT_WORSE:
        assert_true(m->open && !facts->held);
        assert_true(m->life.level > before || (facts->risen && m->life.level == before));
        break;
    case WDM_ALERT_BETTER:
        assert_true(m->open && m->life.level < before && m->life.level > WDM_LEVEL_NONE);
        assert_true(m->life.level >= facts->level); // never below what the week says
        break;
    case WDM_ALERT_REPEAT:
        assert_true(m->open && facts->week > m->last_event && facts->level > WDM_LEVEL_NONE);
        break;
    case WDM_ALERT_SEEN:
        assert_true(m->open && facts->level > WDM_LEVEL_NONE);
        break;
    case WDM_ALERT_CLOSE:
    case WDM_ALERT_WITHDRAW:
        assert_true(m->open); // never an end before an opening
        assert_int_equal(m->life.level, WDM_LEVEL_NONE);
        m->open = false;
        m->n_end++;
        break;
    case WDM_ALERT_NOTHING:
        assert_int_equal(m->life.level, before);
        break;
    }
    if (m->open && action != WDM_ALERT_NOTHING && action != WDM_ALERT_SEEN) {
        assert_true(facts->week >= m->last_event); // in order
        m->last_event = facts->week;
    }
    m->level = m->life.level;
    assert_true(m->open == (m->level > WDM_LEVEL_NONE));
}

// Weeks in order, one in five judged twice or stepping back, one in six not judged, with all flags.
static void random_sequences_never_break_the_order_of_events(void **state)
{
    wdm_rng rng;
    int n_open = 0;
    (void)state;
    wdm_rng_init(&rng, 5, "alert_life");
    for (int sequence = 0; sequence < 4000; sequence++) {
        machine m = {0};
        int32_t week = 100;
        int below = 0;
        const int close_weeks = 1 + (int)(wdm_rng_next(&rng) % 4);
        const int better_weeks = 1 + (int)(wdm_rng_next(&rng) % 4);
        for (int i = 0; i < 60; i++) {
            const uint64_t r = wdm_rng_next(&rng);
            const int at = (int)(r % 10);
            wdm_alert_facts facts = {.judged = (r >> 8) % 6 != 0, .may_open = (r >> 16) % 4 != 0};
            week += at < 8 ? 1 : at < 9 ? 0 : -1;
            facts.week = week;
            facts.level = (r >> 24) % 2 == 0 ? WDM_LEVEL_NONE : (wdm_alert_level)((r >> 32) % WDM_LEVEL_N);
            below = !facts.judged ? below : facts.level == WDM_LEVEL_NONE ? below + 1 : 0;
            facts.below_weeks = below;
            facts.close_weeks = close_weeks;
            facts.better_weeks = better_weeks;
            facts.opening = m.open && m.n_open > m.n_end && week == m.life.level_week &&
                            m.life.before_level == WDM_LEVEL_NONE;
            facts.held = (r >> 40) % 5 == 0;
            facts.no_cause = (r >> 44) % 20 == 0;
            facts.risen = (r >> 48) % 10 == 0;
            facts.new_level = (r >> 52) % 30 == 0;
            observe(&m, &facts);
        }
        assert_true(m.n_open - m.n_end == (m.open ? 1 : 0));
        n_open += m.n_open;
    }
    assert_true(n_open > 10000); // the sequences do reach every state
}

// A second run over the same data tells nothing new.
static void judging_a_week_again_with_the_same_data_changes_nothing(void **state)
{
    wdm_rng rng;
    (void)state;
    wdm_rng_init(&rng, 6, "alert_life");
    for (int sequence = 0; sequence < 2000; sequence++) {
        wdm_alert_life life = {0};
        int below = 0;
        for (int32_t week = 1; week <= 40; week++) {
            const uint64_t r = wdm_rng_next(&rng);
            wdm_alert_facts facts =
                week_of(week, r % 2 == 0 ? WDM_LEVEL_NONE : (wdm_alert_level)((r >> 8) % WDM_LEVEL_N));
            wdm_alert_life after;
            wdm_alert_action again;
            below = facts.level == WDM_LEVEL_NONE ? below + 1 : 0;
            facts.below_weeks = below;
            (void)wdm_alert_step(&facts, &life);
            after = life;
            again = wdm_alert_step(&facts, &life);
            assert_true(again == WDM_ALERT_NOTHING || again == WDM_ALERT_SEEN);
            assert_memory_equal(&life, &after, sizeof life);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_life_cycle_opens_follows_and_closes),
        cmocka_unit_test(it_rises_at_once_and_falls_after_two_weeks_to_the_worst_of_them),
        cmocka_unit_test(weeks_without_a_level_count_as_lower_but_never_make_it_better_by_themselves),
        cmocka_unit_test(a_corrected_week_takes_back_what_it_had_said),
        cmocka_unit_test(an_alert_without_a_cause_is_withdrawn_whenever_it_opened),
        cmocka_unit_test(a_level_that_has_become_the_usual_one_closes),
        cmocka_unit_test(a_further_rise_is_told_even_at_the_same_level),
        cmocka_unit_test(a_fault_at_the_site_holds_the_level),
        cmocka_unit_test(a_fault_explains_drugs_at_its_site_that_did_not_open_before_it),
        cmocka_unit_test(random_sequences_never_break_the_order_of_events),
        cmocka_unit_test(judging_a_week_again_with_the_same_data_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
