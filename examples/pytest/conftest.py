"""A Telegram for pytest: one server for the run, one world for each xdist worker, Telethon clients.

    pip install telethon pytest pytest-asyncio pytest-xdist
    pytest -n auto

`heliogram` is looked for in $HELIOGRAM_BIN and then in $PATH.
"""

import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from itertools import count
from pathlib import Path

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import StringSession

API_ID, API_HASH = 1, "0123456789abcdef0123456789abcdef"  # the server takes any


def pytest_configure(config):
    """Starts the server, in the process that is not a worker."""
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.TemporaryDirectory(prefix="heliogram-")
    ready = Path(folder.name, "ready.json")
    binary = os.environ.get("HELIOGRAM_BIN") or "heliogram"
    ports = ["--port", "0", "--control-port", "0"]
    server = subprocess.Popen([binary, "serve", *ports, "--ready-json", ready], stdout=subprocess.DEVNULL)

    def stop():
        server.terminate()
        server.wait()
        folder.cleanup()

    config.add_cleanup(stop)
    deadline = time.monotonic() + 10
    while not ready.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            raise pytest.UsageError("heliogram serve did not start")
        time.sleep(0.01)
    config.heliogram = ready.read_text()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Tells an xdist worker where the server is."""
    node.workerinput["heliogram"] = node.config.heliogram


class World:
    """What a test can do from outside: people, phones and the clock."""

    def __init__(self, ready, name):
        self.name = name
        self._control = ready["control"]
        world = self._call("POST", "/v1/worlds", {"name": name})
        self.dc_id, address = next(iter(world["addresses"].items()))
        self.host, _, self.port = address.rpartition(":")
        self._numbers = count(1)
        rsa.add_key(ready["rsa_pem"], old=False)

    def user(self, first_name, **more):
        """Makes somebody with an account; gives the number."""
        phone = f"999662{next(self._numbers):04}"
        self._here("POST", "/users", {"phone": phone, "first_name": first_name} | more)
        return phone

    def session(self, phone):
        """A Telethon session string that is logged in to this account."""
        return self._here("POST", "/sessions", {"phone": phone, "format": "telethon"})["session"]

    def inbox(self, phone):
        return [item["text"] for item in self._here("GET", f"/inbox/{phone}")["items"]]

    def code(self, phone):
        """The newest code that reached this phone."""
        return re.findall(r"(?<!\d)\d{5,7}(?!\d)", "\n".join(self.inbox(phone)))[-1]

    def confirmation_hash(self, phone):
        """The hash in the newest link that stops a deletion."""
        return re.findall(r"confirmphone\?\S*hash=(\w+)", "\n".join(self.inbox(phone)))[-1]

    def advance(self, days):
        """Lets days pass. What falls due on the way has happened when this returns."""
        self._here("POST", "/clock", {"advance_seconds": days * 86_400})

    def _here(self, method, path, body=None):
        return self._call(method, f"/v1/worlds/{self.name}{path}", body)

    def _call(self, method, path, body=None):
        body = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._control + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def world(request):
    """This worker's world; the others do not see it."""
    worker = getattr(request.config, "workerinput", {})
    ready = worker.get("heliogram") or request.config.heliogram
    return World(json.loads(ready), worker.get("workerid", "pytest"))


@pytest.fixture
async def client_for(world):
    """`await client_for(phone)` is a client logged in to that account, `await client_for()` one that is not."""
    clients = []

    async def connect(phone=None):
        session = StringSession(world.session(phone) if phone else "")
        if not phone:
            session.set_dc(int(world.dc_id), world.host, int(world.port))
        client = TelegramClient(session, API_ID, API_HASH)
        clients.append(client)
        await client.connect()
        return client

    yield connect
    for client in clients:
        await client.disconnect()
