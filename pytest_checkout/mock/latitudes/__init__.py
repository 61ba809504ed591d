"""The latitudes that an API has and still conforms; each is a variant of the mock, a file for each kind."""

from __future__ import annotations
