# SPDX-License-Identifier: GPL-3.0-or-later
# Writes tests/unit/num/detector_reference.h: what R surveillance and base R say of three generated series.
# usage: Rscript tests/reference/detectors.R >tests/unit/num/detector_reference.h
suppressPackageStartupMessages(library(surveillance))

# The series, as in test_detector_reference.c: Park and Miller's generator, exact in doubles.
uniform <- function(n) {
    x <- 20260105
    u <- numeric(n)
    for (i in seq_len(n)) {
        x <- (16807 * x) %% 2147483647
        u[i] <- x / 2147483647
    }
    u
}
n <- 420
u <- uniform(2 * n)
t <- seq_len(n)
season <- 6 + abs(t %% 52 - 26) / 4
counts <- floor(season * (0.4 + 1.2 * u[t])) + ifelse(t %in% c(200:203, 380), 30, 0)
loads <- 40 * (0.6 + 0.8 * u[n + t]) + 0.05 * t
sparse <- floor(2.2 * (u[t] * u[t] * u[t]) * (1 + t / n))
series <- list(counts = counts, loads = loads, sparse = sparse)

put <- function(name, x) {
    x <- ifelse(is.na(x), "NONE", sprintf("%.12g", x))
    cat("static const double ", name, "[] = {\n", sep = "")
    cat(strwrap(paste(x, collapse = ", "), width = 104, indent = 4, exdent = 4), sep = "\n")
    cat("};\n")
}
weekly <- function(y) sts(y, start = c(2004, 1), frequency = 52)

cat("// SPDX-License-Identifier: GPL-3.0-or-later\n")
cat("// Written by tests/reference/detectors.R with R ", as.character(getRversion()), ", surveillance ",
    as.character(packageVersion("surveillance")), "; not edited by hand.\n", sep = "")
cat("// Upper bounds of the points from the one (counted from 1) that the table in test_detector_reference.c names.\n")
cat("#include <math.h>\n\n#define NONE ((double)NAN)\n\n")

bounds <- function(x) as.numeric(upperbound(x))
for (s in names(series)) {
    y <- series[[s]]
    early <- 12:31
    for (m in c("C1", "C2", "C3")) {
        control <- list(range = early, method = m, baseline = 7, minSigma = if (s == "sparse") 0.5 else 0)
        put(paste0("ears_", tolower(m), "_", s), bounds(earsC(weekly(y), control = control)))
    }
    late <- 101:130
    # pearsonNegBin with alpha 0 is (y - m) / sqrt(m) without R's rounding up of the bound
    for (trans in c("pearsonNegBin", "rossi")) {
        control <- list(range = late, k = 1.04, h = 2.26, m = NULL, trans = trans, alpha = 0)
        put(paste0("cusum_", trans, "_", s), bounds(cusum(weekly(y), control = control)))
    }
    base <- y[1:25]
    spread <- mean(abs(diff(base))) / (2 / sqrt(pi))
    after <- 26:55
    cat("// mean(y[1:25]) + 3 * mean(abs(diff(y[1:25]))) / (2 / sqrt(pi)); the same with sd()\n")
    put(paste0("shewhart_", s), c(mean(base) + 3 * spread, mean(base) + 3 * sd(base)))
    e <- mean(base)
    out <- numeric()
    for (i in seq_along(after)) {
        high <- mean(base) + 3 * spread * sqrt(0.2 / 1.8 * (1 - 0.8^(2 * i)))
        out[i] <- max(0, (high - 0.8 * e) / 0.2)
        e <- 0.2 * y[after[i]] + 0.8 * e
    }
    cat("// base R, lambda 0.2\n")
    put(paste0("ewma_", s), out)

    late <- 371:410
    for (a in c(0.05, 0.01)) {
        control <- list(range = late, b = if (a == 0.05) 5 else 3, w = 3, reweight = TRUE, alpha = a)
        x <- suppressWarnings(farrington(weekly(y), control = control))
        put(sprintf("farrington_%g_%s", 100 * a, s), ifelse(bounds(x) == 0, NA, bounds(x)))
    }
    # R's defaults; all that Noufaily changed, with each of the three bounds
    controls <- list(plain = list(b = 5, w = 3), three = list(b = 3, w = 3, alpha = 0.01),
                     delta = list(noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1, alpha = 0.005),
                     nb = list(noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1, alpha = 0.005,
                               thresholdMethod = "nbPlugin"),
                     muan = list(noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1, alpha = 0.005,
                                 thresholdMethod = "muan"),
                     # no weights: R's own do not stand in for those of the fit
                     unweighted = list(noPeriods = 5, pastWeeksNotIncluded = 20, reweight = FALSE, b = 4, w = 2))
    for (name in names(controls)) {
        x <- suppressWarnings(farringtonFlexible(weekly(y), control = c(list(range = late), controls[[name]])))
        put(sprintf("flexible_%s_%s", name, s), bounds(x))
        if (name %in% c("delta", "nb"))
            put(sprintf("flexible_%s_p_%s", name, s), x@control$pvalue)
    }
    # algo.cdc bounds the sum of 4 weeks; minus the 3 before it is the bound on the week. It cuts sums to whole numbers,
    # so that loads go without it.
    late <- 281:320
    upper <- sapply(late, function(k) {
        sums <- sapply(c(outer(c(-4, 0, 4), 52 * (5:1), "-")), function(at) sum(y[k + at - 0:3]))
        mean(sums) + qnorm(1 - 0.025 / 2) * sd(sums) * sqrt(1 + 1 / length(sums))
    })
    control <- list(range = late, b = 5, m = 1, alpha = 0.025)
    if (s != "loads")
        upper <- algo.cdc(suppressWarnings(sts2disProg(weekly(y))), control = control)$upperbound
    rest <- upper - sapply(late, function(k) sum(y[k - 1:3]))
    put(paste0("cdc_", s), ifelse(rest < 0, NA, rest))
}
