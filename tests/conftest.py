"""What tests of several folders use."""

import signal
import subprocess

import pytest
from hypothesis import HealthCheck, settings

# What is tried is the same in every run, and a slow machine is no fault.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

# Programs that tests stop inherit these; whoever runs the tests in the background may ignore them.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)

collect_ignore_glob = ["conftest.py", "*/conftest.py"]  # no doctests there, and two modules of one name


@pytest.fixture
def mounted(tmp_path):
    """Makes folders on file systems of their own, with the options given (`size=200k`, `ro`); only root may."""
    made = []

    def mount(options):
        folder = tmp_path / f"disk{len(made)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting needs root")
        made.append(folder)
        return folder

    yield mount
    for folder in made:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a file may still be open: garbage, uncollected
