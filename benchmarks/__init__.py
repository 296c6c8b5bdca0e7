"""Measurements anyone can run: ``python -m benchmarks.NAME``. Times are ratios within one run."""
