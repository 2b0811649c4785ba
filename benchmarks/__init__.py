"""Speed against peers, paired in one run; `make bench` prints ratios. Never part of the tests."""
