"""From a statement to a verdict: run the scenarios, and confirm, minimise and bound what contradicts."""
