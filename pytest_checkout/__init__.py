"""A pytest plugin and conformance suite that tells which behaviours of a checkout API are broken."""
