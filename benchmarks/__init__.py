"""Programs that anyone can run: measurements, most of which compare two things in one run, and the training of the
weights."""
