"""The contracts that ship with the package, by the sha256 of their files.

The package's own tests hold them against every check, so that no run of a user's pays for that again. A file that was
changed has another digest, and is checked like anybody's.
"""

#: Renewed when a contract changes; the test beside it prints the new digest.
SHIPPED: frozenset[str] = frozenset({"5e5d8cf5c8a5caf5af4d139c3ca5a08533c714523f08b0b45f1a4dfdc80bb659"})
