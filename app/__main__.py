"""``python -m app``: the same as ``kb``."""

from app.cli.main import main

main()
