"""The command that runs an item of a run again: with the same target, seed, and what else decides on what is sent."""

from __future__ import annotations

from pytest_checkout.options import Settings
from pytest_checkout.shell import quoted


def again(settings: Settings, *, seed: int) -> str:
    """The command, which wants a node id behind it; keys and secret headers are not in it.

    >>> again(Settings(mock=True, faults=("method.allow/missing",)), seed=7)
    "pytest --checkout-fault='method.allow/missing' --checkout-seed=7"
    """
    words = ["pytest"]
    if settings.mock:
        words += ["--checkout-mock"] if not settings.faults and not settings.variants else []
        words += [f"--checkout-fault='{name}'" for name in settings.faults]
        words += [f"--checkout-variant='{name}'" for name in settings.variants]
    else:
        words.append(f"--checkout-base-url={quoted(settings.base_url)}")
    said = {
        "contract": settings.contract if settings.contract != Settings.contract else None,
        "api-version": settings.api_version,
        "ca-bundle": settings.ca_bundle,
        "proxy": settings.proxy,
        "image-host": settings.image_host,
        "image-bind": settings.image_bind if settings.image_bind != Settings.image_bind else None,
    }
    words += [f"--checkout-{name}={quoted(str(value))}" for name, value in said.items() if value]
    words += [
        f"--checkout-{name}" for name in ("allow-live", "allow-http") if getattr(settings, name.replace("-", "_"))
    ]
    words += [f"--checkout-session={quoted(id)}" for id in settings.sessions]
    words += [f"--checkout-effort={settings.effort}"] if settings.effort is not Settings.effort else []
    return " ".join([*words, f"--checkout-seed={seed}"])
