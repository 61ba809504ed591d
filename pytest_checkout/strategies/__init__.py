"""Contract → payloads: Hypothesis strategies and edge cases, each value with its zone."""
