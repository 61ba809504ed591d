"""Verdicts become what people and machines read: the terminal's section, and files."""
