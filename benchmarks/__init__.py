"""Programs anyone can run: measurements, whose times are ratios within one run, and the training of the weights."""
