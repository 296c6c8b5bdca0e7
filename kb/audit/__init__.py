"""Compares lists and drafts that a user made earlier with the index of today, and keeps the log of questions."""
