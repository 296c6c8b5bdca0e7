"""Page images as addresses that hold the image itself."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image


def picture_address(image: Image) -> str:
    """An image as a ``data:`` address."""
    data = io.BytesIO()
    image.convert("RGB").save(data, "JPEG", quality=88)
    return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"
