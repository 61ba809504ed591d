"""The scenarios: procedures that walk through a part of the API and bring back traces.

A scenario judges nothing. What it brings back is evidence for many behaviours, so that no request is sent twice to show
two things.
"""
