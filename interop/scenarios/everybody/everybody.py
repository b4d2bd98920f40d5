"""Nine clients of eight layers on one server at the same time. Each logs in with phone, code and 2FA password, lives through
the deletion story, writes to every other one, and sees what the others sent: as news and in its history.

Each is a program of its own, told where to go on by a line on its standard input when all have come that far.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
INTEROP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "telethon"))

from world import DAY, add_user, advance_clock, newest_code, step

PASSWORD = "correct horse battery staple"
SECONDS = 150
NODE = ["node", HERE / "gramjs.js"]
PYTHON = HERE / "telethon_client.py"
# `cargo test --workspace` builds it; alone it takes as long as the client library does.
BUILT = INTEROP.parent / "target/debug/examples/everybody"
OURS = [BUILT] if BUILT.exists() else ["cargo", "run", "--quiet", "-p", "heliogram-campaigns", "--example", "everybody"]

CLIENTS = [
    ("gramjs158", NODE, {"LIBRARY": "telegram-158"}),
    ("gramjs181", NODE, {"LIBRARY": "telegram-181"}),
    ("gramjs198", NODE, {"LIBRARY": "telegram"}),
    ("teleproto214", NODE, {"LIBRARY": "teleproto-214"}),
    ("teleproto229", NODE, {"LIBRARY": "teleproto"}),
    ("telethon155", [INTEROP / ".venv-telethon-1.28/bin/python", PYTHON], {}),
    ("telethon229", [INTEROP / ".venv/bin/python", PYTHON], {}),
    ("mtcute225", ["node", HERE / "mtcute.mjs"], {}),
    ("heliogram230", OURS, {}),
]


class Client:
    def __init__(self, at, name, command, env):
        self.name = name
        self.phone = f"99966240{at:02}"
        add_user(phone=self.phone, first_name=name, username=name, password=PASSWORD)
        self.process = subprocess.Popen(
            [*command, name, self.phone, PASSWORD],
            cwd=INTEROP,
            env=os.environ | env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def reach(self, place):
        """Reads what it says until it is there; what it says before that is passed on."""
        for line in self.process.stdout:
            if line.strip() == f"at {place}":
                return
            if line.strip() == "code":
                self.say(newest_code(self.phone))
                continue
            print(f"[{self.name}] {line}", end="", flush=True)
        raise AssertionError(f"{self.name} ended with {self.process.wait()} before it was at `{place}`")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()


def everybody(clients, place):
    for client in clients:
        client.reach(place)
    step(f"all are at `{place}`")
    names = [client.name for client in clients]
    for client in clients:
        client.say(json.dumps([name for name in names if name != client.name]))


def main():
    wanted = sys.argv[1:]
    chosen = [one for one in CLIENTS if not wanted or one[0] in wanted]
    clients = [Client(at, *one) for at, one in enumerate(chosen)]
    ended = threading.Timer(SECONDS, lambda: [client.process.kill() for client in clients])
    ended.start()
    try:
        everybody(clients, "the door")
        # A deletion has to wait only where the password is older than that.
        advance_clock(8 * DAY)
        for place in ("home", "the delayed deletion", "its end", "everything sent", "everything heard"):
            everybody(clients, place)
        assert [client.process.wait(20) for client in clients] == [0] * len(clients)
    finally:
        ended.cancel()
        for client in clients:
            client.process.kill()


main()
