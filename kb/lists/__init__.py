"""Answers tables of questions and references: reads a table, answers its rows in order, and gives back a table with
answers and citations."""
