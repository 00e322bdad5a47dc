"""Writes rdp-extremes.json: the RDP of one subsampled Gaussian step at parameters that dp.json leaves out.

Random ones from a fixed seed, and those where the terms of log A cancel: q^(alpha - 1) * exp(alpha * (alpha - 1) / (2 sigma^2)) near 1.
Integer orders by the binomial sum, fractional ones by the trapezoidal rule with a step whose error is below e^-80; mpmath, 60 digits.
Run with: python3 rdp-extremes.py (mpmath 1.3.0; about twenty seconds).
"""

import json
import pathlib
import random

from mpmath import exp, expm1, log, log1p, mp, mpf, nstr, pi, sqrt

mp.dps = 60
random.seed(11)


def rdp_of_integer_order(sigma, q, alpha):
    sigma, q = mpf(sigma), mpf(q)
    curvature = 1 / (2 * sigma**2)
    term = mpf(alpha) * (alpha - 1) / 2 * q**2 * (1 - q) ** (alpha - 2)
    total = mpf(0)
    for k in range(2, alpha + 1):
        total += term * expm1(curvature * k * (k - 1))
        term *= mpf(alpha - k) / (k + 1) * q / (1 - q)
    return log1p(total) / (alpha - 1)


def rdp_of_fractional_order(sigma, q, alpha):
    sigma, q, alpha = mpf(sigma), mpf(q), mpf(alpha)
    step = mpf("0.45")
    if sigma < 5:
        step = min(step, 2 * pi**2 * sigma / (80 + (pi * sigma) ** 2 / 2))
    total = mpf(0)
    for node in range(int((max(alpha, 2) / sigma + 28) / step) + 1):
        u = -14 + node * step
        x = q * expm1(u / sigma - 1 / (2 * sigma**2))
        total += exp(-u * u / 2) * ((1 + x) ** alpha - 1 - alpha * x)
    return log1p(total * step / sqrt(2 * pi)) / (alpha - 1)


def rdp(sigma, q, alpha):
    return (rdp_of_integer_order if isinstance(alpha, int) else rdp_of_fractional_order)(sigma, q, alpha)


def between(low, high):
    return 10 ** random.uniform(low, high)


def random_case(index):
    q = random.choice([between(-9, 0), between(-4, 0), 1 - between(-9, -0.3)])
    if index % 2:
        return between(-1, 4), q, random.choice([1.02, 1.03, 1.05, 1.1, 1.3, 1.5, 1.9, 2.1, 2.5, 3.7, 5.5, 8.3, 10.9])
    return between(-1.3, 4), q, random.choice([2, 3, 5, 10, 11, 17, 40, 63, 64, 256, 1024, 4096])


def cancelling_cases():
    for alpha in (1.02, 1.1, 1.5, 2.5, 10.9, 64, 1024, 4096):
        for q in (1e-9, 1e-6, 1e-3):
            for factor in (0.97, 1, 1.02):
                sigma = factor * float(sqrt(mpf(alpha) / (-2 * log(mpf(q)))))
                yield sigma, q, alpha
                sigma = factor * float(sqrt((mpf(alpha) - 1) / (-2 * log(mpf(q)))))
                if sigma >= 0.04:
                    yield sigma, q, alpha


cases = [random_case(index) for index in range(160)]
cases += cancelling_cases()
cases += [(sigma, q, alpha) for sigma in (0.02, 0.03) for q in (1e-9, 1e-2, 0.9) for alpha in (1.03, 1.2)]
rows = [[sigma, q, alpha, nstr(rdp(sigma, q, alpha), 40)] for sigma, q, alpha in cases]
lines = ",\n".join("  " + json.dumps(row) for row in rows)
pathlib.Path(__file__).with_suffix(".json").write_text("[\n" + lines + "\n]\n")
