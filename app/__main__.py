"""``python -m app``: the same as ``kb``."""

from app.cli import main

main()
