"""Compares lists and drafts that a person made earlier with the index of today, and keeps the log of questions."""
