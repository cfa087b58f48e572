// SPDX-License-Identifier: GPL-3.0-or-later
// Molar mass from a chemical formula, so that no molar mass is typed in by hand without a check.
#ifndef WDM_WBE_FORMULA_H
#define WDM_WBE_FORMULA_H

#include "base/err.h"

// Highest number that may follow an element symbol.
enum { WDM_FORMULA_COUNT_MAX = 9999 };

// Molar mass: *g_mol = sum over the elements of (count x standard atomic weight), in g/mol.
//
// Example: "C17H21NO4" (cocaine) = 17 x 12.011 + 21 x 1.008 + 14.007 + 4 x 15.999 = 303.358.
//
// formula  element symbols with their capital letters, each followed by nothing (one atom) or by a whole
// number from 1
//          to WDM_FORMULA_COUNT_MAX without leading zero. A symbol may occur again ("CH3OH"). No brackets,
//          charges, isotopes, dots or blanks.
// g_mol    set on WDM_OK only.
// Returns WDM_E_DATA with a message that names the place, when the formula is NULL, empty, malformed, or has
// an element that the table lacks. Pure. Source: CIAAW, standard atomic weights 2021, abridged to five
// significant digits, conventional value where the standard is an interval (Pure Appl. Chem. 2022, 94, 573;
// doi:10.1515/pac-2019-0603).
WDM_MUST_CHECK wdm_rc wdm_formula_mass(const char *formula, double *g_mol, wdm_err *err);

#endif
