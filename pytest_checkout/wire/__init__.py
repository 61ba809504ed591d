"""HTTP/1.1 byte for byte, with one deadline for a whole exchange."""

from pytest_checkout.wire.connection import Answer, Connection, Endless, NoAnswer, Unreachable, Way
from pytest_checkout.wire.json_body import parsed

__all__ = ["Answer", "Connection", "Endless", "NoAnswer", "Unreachable", "Way", "parsed"]
