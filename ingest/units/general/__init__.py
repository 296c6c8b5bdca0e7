"""Units of any numbered document: numbered lines, sequences of them, and the tree they make. Pure.

:mod:`~ingest.units.general.marks` reads the numbers at the starts of lines and how each line is printed;
:mod:`~ingest.units.general.sequences` finds the lines whose numbers count up;
:mod:`~ingest.units.general.series` makes series of units from them, one for each way of numbering;
:mod:`~ingest.units.general.identifiers` reads identifiers such as "GV.RR-04";
:mod:`~ingest.units.general.korean_law` reads articles, paragraphs and items of Korean laws;
:mod:`~ingest.units.general.reader` puts the series of one document together.
"""
