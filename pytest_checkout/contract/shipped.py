"""The contracts that ship with the package, by the sha256 of their files.

The package's own tests hold them against every check, so that no run of a user's pays for that again. A file that was
changed has another digest, and is checked like anybody's.
"""

#: Renewed when a contract changes; the test beside it prints the new digest.
SHIPPED: frozenset[str] = frozenset({"bb120ed2acd187c19ea6325cf749b029c7cc13c29dd477250e8f96c52a833307"})
