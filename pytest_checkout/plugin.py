"""The doorway into pytest: options and hooks."""
