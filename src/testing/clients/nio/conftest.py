"""The real server, for one run of the tests."""

import os
import re
import subprocess

import pytest


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory):
    """Starts the program that CHATSPHERE_BIN names and gives its address."""
    folder = tmp_path_factory.mktemp("server")
    settings = folder / "chatsphere.toml"
    settings.write_text(
        '[server]\nlisten = ["127.0.0.1:0"]\n[rate_limits]\nenabled = false\n[registration]\nmode = "open"\n'
    )
    log = (folder / "log").open("wb")
    program = [os.environ["CHATSPHERE_BIN"], "run", "--config", str(settings)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=log, text=True)
    address = None
    for line in process.stdout:
        found = re.search(r"listening on (\S+)", line)
        if found:
            address = f"http://{found.group(1)}"
            break
    assert address, f"the server did not start: {(folder / 'log').read_text()}"
    yield address
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert " ERROR " not in (folder / "log").read_text()
