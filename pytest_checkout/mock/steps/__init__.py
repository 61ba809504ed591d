"""The steps that a request goes through, a file each; :class:`~pytest_checkout.mock.api.Api` puts them together."""

from __future__ import annotations
