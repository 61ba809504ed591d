"""Pictures of an exact size in bytes, and things that are none; nothing but the standard library is needed."""

from pytest_checkout.images.not_images import NOT_IMAGES, NotImage, no_image, not_images
from pytest_checkout.images.picture import LARGEST, Picture, data_uri, granularity, media_type, picture, smallest

__all__ = [
    "LARGEST",
    "NOT_IMAGES",
    "NotImage",
    "Picture",
    "data_uri",
    "granularity",
    "media_type",
    "no_image",
    "not_images",
    "picture",
    "smallest",
]
