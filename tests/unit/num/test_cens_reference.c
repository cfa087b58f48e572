// SPDX-License-Identifier: GPL-3.0-or-later
// Censored samples that others published, against R.
#include "num/censored.h"
#include "numtest.h"

#define D(value)                                                                                             \
    {                                                                                                        \
        value, false, 0.0                                                                                    \
    }
#define C(limit)                                                                                             \
    {                                                                                                        \
        limit, true, 0.0                                                                                     \
    }

// Data sets of the R package NADA (Helsel 2005, Nondetects and Data Analysis;
// doi:10.32614/CRAN.package.NADA).
static const wdm_cens oahu[] = {C(1),   C(1),   D(1.7), C(1),   C(1),   C(2),   D(3.2), C(2),
                                C(2),   D(2.8), C(2),   C(2),   C(2),   C(2),   C(2),   D(0.7),
                                D(0.9), D(0.5), D(0.5), C(0.9), D(0.5), D(0.7), D(0.6), D(1.5)};
static const wdm_cens pyrene[] = {
    C(28),  D(31),  D(32),  D(34),  C(35),  C(35),  D(40),  D(47),  D(48),  C(58),  D(59),  D(63),
    D(64),  D(64),  D(67),  D(67),  D(67),  D(72),  D(73),  D(84),  D(86),  C(86),  D(87),  D(94),
    D(98),  D(100), D(103), D(103), D(105), D(107), D(110), D(111), C(117), D(119), D(119), C(122),
    D(122), D(132), D(133), D(133), D(138), C(163), C(163), C(163), D(163), C(174), D(187), D(190),
    D(222), D(238), D(273), D(289), D(306), D(333), D(459), D(2982)};
static const wdm_cens dfe[] = {D(20), C(10), C(10), C(10), C(10), D(7), D(3), C(3), C(3)};
static const wdm_cens roach[] = {C(0.08), C(0.08), D(0.23), D(0.329), D(0.296), C(0.08),
                                 C(0.08), C(0.08), C(0.08), C(0.08),  C(0.08)};
static const wdm_cens cadmium[] = {D(81.3), D(3.5), D(4.6), D(0.6), D(2.9), D(3),   D(4.9),
                                   D(0.6),  D(3.4), D(0.4), D(0.8), C(0.3), D(0.4), D(0.4),
                                   C(0.4),  D(1.4), C(0.6), D(0.7), C(0.2)};
static const wdm_cens silver[] = {
    C(0.1), C(0.1), C(0.2), C(0.2), C(0.2), C(0.2), C(0.3), C(0.5), C(0.5), C(1),  C(1),   C(1),
    C(1),   C(1),   C(1),   C(1),   C(1),   C(1),   C(1),   C(2),   C(2.5), C(5),  C(5),   C(5),
    C(6),   C(10),  C(10),  C(10),  C(10),  C(10),  C(20),  C(20),  C(20),  C(25), D(0.1), D(0.1),
    D(0.2), D(0.7), D(0.8), D(1),   D(1),   D(1),   D(1.2), D(1.4), D(1.5), D(2),  D(2),   D(2),
    D(2),   D(2.7), D(3.2), D(4.4), D(5),   D(10),  D(90),  D(560)};
static const wdm_cens sedpb96[] = {
    D(16), D(17), D(17), D(17), D(16), D(11), D(15), D(29), D(23), D(11), D(19), D(16), D(11), D(18),
    D(18), D(14), D(17), D(16), D(19), D(21), D(17), D(13), D(16), D(15), D(16), D(17), D(19), D(17),
    D(29), D(33), D(16), D(10), D(13), D(9),  D(14), D(20), D(19), D(10), D(17), D(14), D(11), D(13),
    D(28), D(5),  D(5),  D(5),  C(4),  D(17), D(18), D(24), D(9),  D(15), D(21), D(16), D(5),  D(8),
    D(7),  D(7),  D(17), D(16), D(22), D(10), D(6),  D(10), D(10), D(11), D(11), C(4),  D(9),  D(4),
    D(13), D(8),  D(10), D(6),  D(13), C(4),  D(11), C(4),  D(5),  D(5),  D(11), D(6)};

// Kaplan-Meier: survfit of the flipped sample, restricted to the lowest detected value, mean and se(rmean);
// ML: survreg (lognormal); R 4.2.2, survival 3.5-3. ROS: Helsel-Cohn positions (NADA's cohn, hc.ppoints) and
// lm.
typedef struct reference {
    const char *name;
    const wdm_cens *v;
    size_t n;
    double km[2];  // mean, se
    double ml[3];  // meanlog, sdlog, se of meanlog
    double ros[3]; // mean, meanlog, sdlog
} reference;

static const reference references[] = {
    {"Oahu: arsenic",
     oahu,
     sizeof oahu / sizeof oahu[0],
     {0.948958333333, 0.157024564711},
     {-0.252829010317, 0.626948457366, 0.170613943132},
     {0.972463241681, -0.209409793991, 0.571094410849}},
    {"ShePyrene",
     pyrene,
     sizeof pyrene / sizeof pyrene[0],
     {164.203593966, 52.0556815233},
     {4.51795654316, 0.870910636565, 0.12184817032},
     {163.249365781, 4.5370564469, 0.842992280664}},
    {"DFe: iron, summer",
     dfe,
     sizeof dfe / sizeof dfe[0],
     {5.77777777778, 1.84442957007},
     {1.14163950411, 1.00920488724, 0.522447019842},
     {4.66748368918, 0.939879819849, 1.13736817115}},
    {"Roach: lindane",
     roach,
     sizeof roach / sizeof roach[0],
     {0.245, 0.00982575465526},
     {-3.42028890089, 1.65393342743, 0.948709428002},
     {0.173235484747, -1.85150455298, 0.464757020013}},
    {"Cadmium",
     cadmium,
     sizeof cadmium / sizeof cadmium[0],
     {5.81578947368, 4.09660533176},
     {-0.0116833484784, 1.67987332196, 0.399716995276},
     {5.75206306237, -0.0768121375153, 1.76943299248}},
    {"Silver",
     silver,
     sizeof silver / sizeof silver[0],
     {12.6491852594, 9.99037662583},
     {-1.08463329316, 2.37936555707, 0.448126201725},
     {12.5138731027, -1.18901055137, 2.25149293457}},
    {"SedPb: lead, 1996",
     sedpb96,
     sizeof sedpb96 / sizeof sedpb96[0],
     {13.6463414634, 0.695094554706},
     {2.48096918143, 0.547710948064, 0.0606682387735},
     {13.6584701581, 2.49358287274, 0.522094798181}},
};

static double worst(double so_far, double got, double want)
{
    return fmax(so_far, fabs(got - want) / fmax(fabs(want), 0.01));
}

static void published_samples_give_the_values_of_r(void **state)
{
    double km_worst = 0.0;
    double ml_worst = 0.0;
    double ros_worst = 0.0;
    (void)state;
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        const reference *r = &references[i];
        wdm_cens_km km = {0};
        wdm_cens_ml ml = {0};
        wdm_cens_ros ros = {0};
        assert_int_equal(wdm_cens_km_fit(r->v, r->n, &km, NULL), WDM_OK);
        assert_int_equal(wdm_cens_ml_fit(r->v, r->n, &ml, NULL), WDM_OK);
        assert_int_equal(wdm_cens_ros_fit(r->v, r->n, &ros, NULL), WDM_OK);
        km_worst = worst(worst(km_worst, km.mean, r->km[0]), km.se_mean, r->km[1]);
        ml_worst = worst(worst(ml_worst, ml.meanlog, r->ml[0]), ml.sdlog, r->ml[1]);
        ml_worst = worst(ml_worst, ml.se_meanlog, r->ml[2]);
        ros_worst = worst(worst(ros_worst, ros.mean, r->ros[0]), ros.meanlog, r->ros[1]);
        ros_worst = worst(ros_worst, ros.sdlog, r->ros[2]);
        print_message("%s: km %.1e, ml %.1e, ros %.1e so far\n", r->name, km_worst, ml_worst, ros_worst);
    }
    assert_true(km_worst < 1e-10);
    assert_true(ml_worst < 1e-7);
    assert_true(ros_worst < 1e-10);
}

// Helsel 2005 prints for Oahu: Kaplan-Meier 0.949, maximum likelihood 0.945, regression on order statistics
// 0.972.
static void oahu_as_printed(void **state)
{
    const size_t n = sizeof oahu / sizeof oahu[0];
    wdm_cens_km km = {0};
    wdm_cens_ml ml = {0};
    wdm_cens_ros ros = {0};
    (void)state;
    assert_int_equal(wdm_cens_km_fit(oahu, n, &km, NULL), WDM_OK);
    assert_int_equal(wdm_cens_ml_fit(oahu, n, &ml, NULL), WDM_OK);
    assert_int_equal(wdm_cens_ros_fit(oahu, n, &ros, NULL), WDM_OK);
    assert_near(km.mean, 0.949, 5e-4);
    assert_near(ml.mean, 0.945, 5e-4);
    assert_near(ros.mean, 0.972, 5e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_samples_give_the_values_of_r),
        cmocka_unit_test(oahu_as_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
