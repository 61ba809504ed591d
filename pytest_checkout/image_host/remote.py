"""The image host of a run, used from another process."""

from __future__ import annotations

import http.client
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pytest_checkout.errors import SetupProblem
from pytest_checkout.image_host import orders
from pytest_checkout.images import NotImage, Picture

_PATIENCE_S = 10.0


class RemoteImageHost:
    """An :class:`~pytest_checkout.image_host.ImageHost` of another process on this machine.

    Args:
        control_url: The ``control_url`` of that host.
    """

    def __init__(self, control_url: str) -> None:
        self._control = urlsplit(control_url)

    def publish(
        self,
        content: Picture | NotImage,
        *,
        media_type: str | None = None,
        fresh: bool = True,
        delay_s: float = 0.0,
    ) -> str:
        """Have a picture served, or one of ``NOT_IMAGES``; see :meth:`ImageHost.publish`.

        Raises:
            ValueError: There is no recipe for the content, no URL can carry it, or the media type is none.
            SetupProblem: The image host does not answer.
        """
        order = {
            "publish": orders.written(content),
            "media_type": media_type,
            "fresh": fresh,
            "delay_s": float(delay_s),
        }
        return str(self._send(order)["url"])

    def asked(self, url: str) -> int:
        """How many times a URL was asked for; see :meth:`ImageHost.asked`.

        Raises:
            ValueError: The image host does not serve this URL.
            SetupProblem: The image host does not answer.
        """
        return int(self._send({"asked": url})["asked"])

    def _send(self, order: dict[str, Any]) -> dict[str, Any]:
        # http.client never uses a proxy; one could not reach this machine's own addresses.
        connection = http.client.HTTPConnection(self._control.hostname or "", self._control.port, timeout=_PATIENCE_S)
        headers = {"Content-Type": "application/json", "Connection": "close"}
        try:
            connection.request("POST", self._control.path, json.dumps(order), headers)
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise SetupProblem(
                f"the image host of the run does not answer at {self._control.hostname}:{self._control.port} "
                f"({type(problem).__name__}: {problem}); it lives as long as the run that made it"
            ) from problem
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise ValueError(answer["problem"])
        return answer
