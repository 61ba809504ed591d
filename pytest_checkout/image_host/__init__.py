"""The image host of a run: a web server that serves the run's own pictures, and knows whether it was asked.

The controller of a run owns the :class:`ImageHost`. Processes beside it, such as pytest-xdist's workers, get its
``control_url`` and use a :class:`RemoteImageHost`, which publishes by recipe: a format and a size, never the bytes.
"""

from pytest_checkout.image_host.host import ImageHost
from pytest_checkout.image_host.remote import RemoteImageHost

__all__ = ["ImageHost", "RemoteImageHost"]
