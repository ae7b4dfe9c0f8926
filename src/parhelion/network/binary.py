"""Where nats-server is on this machine."""

import os
import shutil
import sys

from parhelion.errors import EndpointError

# Debian puts it where only root's PATH looks.
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin")


def find_server() -> str:
    """The path of nats-server. Raises EndpointError with the line that installs it."""
    found = shutil.which("nats-server") or shutil.which("nats-server", path=os.pathsep.join(_PLACES))
    if found is None:
        raise EndpointError(f"nats-server is not installed here, or not on PATH; install it with: {install_line()}")
    return found


def install_line() -> str:
    """What installs it on a system like this one."""
    if shutil.which("apt-get"):
        return "apt-get install nats-server (as root, or with sudo)"
    if sys.platform == "darwin":
        return "brew install nats-server"
    return "the file for your system at https://github.com/nats-io/nats-server/releases"
