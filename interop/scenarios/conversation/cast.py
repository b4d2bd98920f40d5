"""Those who talk: processes that take commands line by line, whatever library they are made of."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "telethon"))

from world import control

# How each is started, with the format of the session string that it takes.
PROGRAMS = {
    "gramjs": ("gramjs", ["node", str(HERE / "actor.js")]),
    "teleproto": ("gramjs", ["node", str(HERE / "actor.js")]),
    "telethon": ("telethon", [sys.executable, str(HERE / "actor.py")]),
    "heliogram": ("heliogram", None),
}


def our_example(name):
    """A program of examples/, in our crate; `cargo test` and `cargo xtask interop` build them."""
    program = Path(os.environ["HELIOGRAM_BIN"])
    for place in (program.parent, program.parent.parent / "debug", program.parent.parent / "release"):
        if (built := place / "examples" / name).is_file():
            return [str(built)]
    raise AssertionError(f"build it first: cargo build -p heliogram --example {name}")


class Bot:
    """A bot that says when it is online, since a message before that would wait for its next start."""

    def __init__(self, program, **environment):
        environment = os.environ | environment
        self._process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment)
        line = self._process.stdout.readline()
        assert line == "The bot is online.\n", f"the bot said {line!r}"

    def stop(self):
        self._process.terminate()
        self._process.wait(10)


class Actor:
    """One account in one library."""

    def __init__(self, library, phone, username):
        self.name = self.username = username
        self.phone = phone
        session_format, program = PROGRAMS[library]
        session = control("POST", "/v1/sessions", {"phone": phone, "format": session_format})["session"]
        self._process = subprocess.Popen(
            [*(program or our_example("line_client")), session],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | ({"LIBRARY": library} if library == "teleproto" else {}),
        )

    def begin(self, command, **arguments):
        """Sends a command; `end` waits for its answer."""
        print(json.dumps({"do": command, **arguments}), file=self._process.stdin, flush=True)

    def end(self):
        line = self._process.stdout.readline()
        assert line, f"{self.name} ended with exit code {self._process.wait(5)}"
        answer = json.loads(line)
        assert "ok" in answer, f"{self.name}: {answer['error']}"
        return answer["ok"]

    def __call__(self, command, **arguments):
        self.begin(command, **arguments)
        return self.end()

    def leave(self):
        self._process.stdin.close()
        self._process.wait(10)
