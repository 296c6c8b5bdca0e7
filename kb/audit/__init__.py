"""Lists and drafts that a person made earlier, against the index of today."""
