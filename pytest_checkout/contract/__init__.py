"""OpenAPI file → frozen :class:`Contract`."""
