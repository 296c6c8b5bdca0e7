"""Lists: tables of questions and references in, the same tables with answers and citations out."""
