"""The contracts that ship with the package, by the sha256 of their files.

The package's own tests hold them against every check, so that no run of a user's pays for that again. A file that was
changed has another digest, and is checked like anybody's.
"""

#: Renewed when a contract changes; the test beside it prints the new digest.
SHIPPED: frozenset[str] = frozenset({"641709c4907791507d1750b22576c542fc39148a59b7c33c951c625b5fc938b1"})
