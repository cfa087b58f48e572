// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/pair_merge.h"

#include <string.h>

#include "base/mem.h"

enum { RUN = 8 }; // so few are sorted before merging begins

// A few values into out by their ranks; all comparisons are made, so that none is guessed wrong.
static uint64_t rank_few(const double *v, size_t n, double *out)
{
    size_t rank[RUN] = {0};
    uint64_t falls = 0;
    for (size_t i = 0; i < n; i++) {
        size_t own = i;
        for (size_t j = i + 1; j < n; j++) {
            const size_t falls_here = v[j] < v[i];
            own += falls_here;
            rank[j] -= falls_here;
        }
        falls += own - i;
        rank[i] += own; // the larger ones before it have been taken off
    }
    for (size_t i = 0; i < n; i++)
        out[rank[i]] = v[i];
    return falls;
}

// Merges a[0..na) and b[0..nb), whose lengths differ by one at most, into out, from both ends at once: two
// chains of comparisons that do not wait for each other, no branch that depends on the data, and neither side
// can run out. A value of b that lands at place p with j values of b before it has passed na + j - p values
// of a.
static uint64_t merge_plain(const double *a, size_t na, const double *b, size_t nb, double *out)
{
    const size_t steps = na < nb ? na : nb;
    uint64_t falls = 0;
    size_t i = 0;
    size_t j = 0;
    size_t i_end = na; // what the other end has left over
    size_t j_end = nb;
    for (size_t step = 0; step < steps; step++) {
        const size_t up = b[j] < a[i];
        const size_t down = b[j_end - 1] < a[i_end - 1];
        out[step] = up ? b[j] : a[i];
        out[na + nb - 1 - step] = down ? a[i_end - 1] : b[j_end - 1];
        falls += (na - i) & (0 - up);
        falls += (na - i_end) & (down - 1); // b lands at i_end + j_end - 1, behind j_end - 1 of b
        j += up;
        i += 1 - up;
        i_end -= down;
        j_end -= 1 - down;
    }
    if (i < i_end)
        out[steps] = a[i];
    if (j < j_end) {
        out[steps] = b[j];
        falls += na - i;
    }
    return falls;
}

// Sorts v into itself, or into spare where to_spare is set.
static uint64_t falls_of(double *v, double *spare, size_t n, bool to_spare)
{
    const size_t half = n / 2;
    uint64_t falls = 0;
    if (n <= RUN) {
        falls = rank_few(v, n, spare);
        if (!to_spare)
            memcpy(v, spare, n * sizeof *v);
        return falls;
    }
    falls = falls_of(v, spare, half, !to_spare) + falls_of(v + half, spare + half, n - half, !to_spare);
    if (to_spare)
        return falls + merge_plain(v, half, v + half, n - half, spare);
    return falls + merge_plain(spare, half, spare + half, n - half, v);
}

uint64_t wdm_pair_falls(double *v, double *spare, size_t n)
{
    return falls_of(v, spare, n, false);
}

// As rank_few, merge_plain and falls_of, with the weights of the pairs.
static uint64_t rank_items(const wdm_pair_item *item, size_t n, wdm_pair_item *out)
{
    size_t rank[RUN] = {0};
    uint64_t total = 0;
    for (size_t i = 0; i < n; i++) {
        size_t own = i;
        for (size_t j = i + 1; j < n; j++) {
            const size_t falls_here = item[j].rest < item[i].rest;
            own += falls_here;
            rank[j] -= falls_here;
            total += (0 - (uint64_t)falls_here) & (item[i].weight + item[j].weight);
        }
        rank[i] += own;
    }
    for (size_t i = 0; i < n; i++)
        out[rank[i]] = item[i];
    return total;
}

static uint64_t merge_items(const wdm_pair_item *a, size_t na, const wdm_pair_item *b, size_t nb,
                            wdm_pair_item *out)
{
    const size_t steps = na < nb ? na : nb;
    uint64_t total = 0;
    uint64_t ahead = 0;  // weight of a[i..na)
    uint64_t behind = 0; // of a[i_end..na)
    size_t i = 0;
    size_t j = 0;
    size_t i_end = na;
    size_t j_end = nb;
    for (size_t k = 0; k < na; k++)
        ahead += a[k].weight;
    for (size_t step = 0; step < steps; step++) {
        const size_t up = b[j].rest < a[i].rest;
        const size_t down = b[j_end - 1].rest < a[i_end - 1].rest;
        const wdm_pair_item *low = up ? &b[j] : &a[i];
        const wdm_pair_item *high = down ? &a[i_end - 1] : &b[j_end - 1];
        const uint64_t low_weight = low->weight;
        const uint64_t high_weight = high->weight;
        out[step] = *low;
        out[na + nb - 1 - step] = *high;
        total += ((na - i) * low_weight + ahead) & (0 - (uint64_t)up);
        total += ((na - i_end) * high_weight + behind) & ((uint64_t)down - 1);
        ahead -= low_weight & ((uint64_t)up - 1);
        behind += high_weight & (0 - (uint64_t)down);
        j += up;
        i += 1 - up;
        i_end -= down;
        j_end -= 1 - down;
    }
    if (i < i_end)
        out[steps] = a[i];
    if (j < j_end) {
        out[steps] = b[j];
        total += (na - i) * b[j].weight + ahead;
    }
    return total;
}

static uint64_t inversions_of(wdm_pair_item *item, wdm_pair_item *spare, size_t n, bool to_spare)
{
    const size_t half = n / 2;
    uint64_t total = 0;
    if (n <= RUN) {
        total = rank_items(item, n, spare);
        if (!to_spare)
            memcpy(item, spare, n * sizeof *item);
        return total;
    }
    total = inversions_of(item, spare, half, !to_spare) +
            inversions_of(item + half, spare + half, n - half, !to_spare);
    if (to_spare)
        return total + merge_items(item, half, item + half, n - half, spare);
    return total + merge_items(spare, half, spare + half, n - half, item);
}

uint64_t wdm_pair_inversions(wdm_pair_item *item, wdm_pair_item *spare, size_t n)
{
    return inversions_of(item, spare, n, false);
}

static wdm_rc list_pair(const wdm_pair_point *p, const wdm_pair_point *q, bool each_once, wdm_pair_list *list,
                        wdm_err *err)
{
    const uint64_t times = each_once ? 1 : p->weight + q->weight;
    const double slope = (q->y - p->y) / (q->x - p->x);
    if (p->x == q->x || times == 0)
        return WDM_OK;
    if (list->n + 2 > list->cap) {
        wdm_rc rc = wdm_grow(&list->slope, &list->cap, list->n + 2, sizeof *list->slope, err);
        if (rc != WDM_OK)
            return rc;
    }
    list->slope[list->n] = slope;
    list->slope[list->n + 1] = slope;
    list->n += times;
    return WDM_OK;
}

// Insertion into the sorted items before it; each one that it passes makes a pair.
static wdm_rc insert(const wdm_pair_point *points, wdm_pair_item *item, size_t from, size_t i, bool each_once,
                     wdm_pair_list *list, wdm_err *err)
{
    const wdm_pair_item one = item[i];
    wdm_rc rc = WDM_OK;
    for (; i > from && item[i - 1].rest > one.rest && rc == WDM_OK; i--) {
        item[i] = item[i - 1];
        if (item[i].at < one.at)
            rc = list_pair(&points[item[i].at], &points[one.at], each_once, list, err);
    }
    item[i] = one;
    return rc;
}

static wdm_rc merge_listing(const wdm_pair_point *points, const wdm_pair_item *a, const wdm_pair_item *a_end,
                            const wdm_pair_item *b_end, wdm_pair_item *out, bool each_once,
                            wdm_pair_list *list, wdm_err *err)
{
    const wdm_pair_item *b = a_end;
    wdm_rc rc = WDM_OK;
    while (a < a_end && b < b_end) {
        if (!(b->rest < a->rest)) {
            *out++ = *a++;
            continue;
        }
        for (const wdm_pair_item *passed = a; passed < a_end && rc == WDM_OK; passed++) {
            if (passed->at < b->at)
                rc = list_pair(&points[passed->at], &points[b->at], each_once, list, err);
        }
        if (rc != WDM_OK)
            return rc;
        *out++ = *b++;
    }
    memcpy(out, a, (size_t)(a_end - a) * sizeof *out);
    memcpy(out + (a_end - a), b, (size_t)(b_end - b) * sizeof *out);
    return WDM_OK;
}

wdm_rc wdm_pair_exchanged(const wdm_pair_point *points, wdm_pair_item *item, wdm_pair_item *spare, size_t n,
                          bool each_once, wdm_pair_list *list, wdm_err *err)
{
    wdm_pair_item *from = item;
    wdm_pair_item *to = spare;
    wdm_rc rc = WDM_OK;
    for (size_t i = 1; i < n && rc == WDM_OK; i++)
        rc = i % RUN == 0 ? WDM_OK : insert(points, item, i / RUN * RUN, i, each_once, list, err);
    for (size_t width = RUN; width < n && rc == WDM_OK; width *= 2) {
        wdm_pair_item *swap = from;
        for (size_t at = 0; at < n && rc == WDM_OK; at += 2 * width) {
            const size_t middle = at + width < n ? at + width : n;
            const size_t end = at + 2 * width < n ? at + 2 * width : n;
            rc = merge_listing(points, &from[at], &from[middle], &from[end], &to[at], each_once, list, err);
        }
        from = to;
        to = swap;
    }
    return rc;
}

wdm_rc wdm_pair_all(const wdm_pair_point *points, size_t n, bool each_once, wdm_pair_list *list, wdm_err *err)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            wdm_rc rc = list_pair(&points[i], &points[j], each_once, list, err);
            if (rc != WDM_OK)
                return rc;
        }
    }
    return WDM_OK;
}
