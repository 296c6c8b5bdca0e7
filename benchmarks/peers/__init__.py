"""Other libraries as their tutorials put them together, for :mod:`benchmarks.measurements.peers`."""
