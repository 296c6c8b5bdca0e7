"""A person's own draft: read into parts with their places, and a copy of it with comments."""
