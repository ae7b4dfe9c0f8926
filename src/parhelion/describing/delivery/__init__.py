"""What was accepted, as files with a card."""

from parhelion.describing.delivery.delivering import Delivered, deliver

__all__ = ["Delivered", "deliver"]
