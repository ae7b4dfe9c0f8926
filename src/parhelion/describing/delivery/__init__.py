"""What was accepted, as files with a card."""

from parhelion.describing.delivery.delivering import WRITTEN, Delivered, check_room, deliver

__all__ = ["WRITTEN", "Delivered", "check_room", "deliver"]
