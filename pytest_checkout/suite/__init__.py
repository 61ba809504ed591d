"""The behaviours: a file an area, a function a behaviour. A function's docstring is the line in the report."""
