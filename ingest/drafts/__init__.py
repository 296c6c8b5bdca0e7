"""Reads a person's own draft into parts with their places, and writes a copy of it with comments."""
