"""Runs Synapse until standard input ends, so that it goes when the test that started it does, however that ends.

With CHATSPHERE_FORGET set, the folder that it runs in goes too.
"""

import os
import shutil
import signal
import threading

from synapse.app.homeserver import main
from synapse.storage.engines.sqlite import Sqlite3Engine

connected = Sqlite3Engine.on_new_connection


def without_waiting_for_the_disk(engine, connection):
    connected(engine, connection)
    connection.execute("PRAGMA synchronous = OFF")


# No test is about a machine that loses its power, and waiting for the disk is most of what Synapse does.
Sqlite3Engine.on_new_connection = without_waiting_for_the_disk


def end_with_input():
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=end_with_input, daemon=True).start()
try:
    main()
finally:
    if os.environ.get("CHATSPHERE_FORGET"):
        shutil.rmtree(os.getcwd(), ignore_errors=True)
