"""Speed and memory against peers, paired in one run; `make bench` prints ratios. Never part of the tests."""

import os

# Before any library starts its threads: timings on one core mean one thread.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
