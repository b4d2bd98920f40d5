"""One `heliogram serve` process: started, killed, started again, stopped.

A scenario never sees this class. It finds the server through the ready file that the server
writes once it listens, and asks for a kill -9 over the harness's own little HTTP port
(`harness/restarts.py`).
"""

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from pathlib import Path

# Issue text: one second on a first start. The rest is for a debug build on a busy machine.
READY_WITHIN = 20.0
STOPPED_WITHIN = 5.0


class ServerFailed(Exception):
    """The server did not come up; the text holds what it wrote."""


class Server:
    """A server in `folder`, with a data directory there when `data` is set.

    The folder is its runtime directory too: there it leaves the ready file that our other commands
    look for, and servers of other scenarios do not get in its way.
    """

    def __init__(self, binary: Path, folder: Path, *, data: bool, fixtures: Path | None, dcs: list[int]):
        self.ready_file = folder / "ready.json"
        self.log_file = folder / "server.log"
        self._arguments = [str(binary), "serve", "--ready-json", str(self.ready_file)]
        if data:
            self._arguments += ["--data", str(folder / "data")]
        if fixtures:
            self._arguments += ["--fixtures", str(fixtures)]
        self._data = data
        self._dcs = dcs
        self._process = None
        self._answered = Counter()

    def start(self) -> dict:
        """Starts on ports of the server's own choice and waits until it listens."""
        return self._start(port=0, control_port=0, dcs={dc: 0 for dc in self._dcs})

    def kill_and_restart(self) -> dict:
        """kill -9, then the same data directory on the same ports, so that clients can redial."""
        if not self._data:
            raise ServerFailed("this scenario has no data directory: set `data = true` in scenarios.toml")
        before = json.loads(self.ready_file.read_text())
        self._count_answers()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        return self._start(
            port=port_of(before["mtproto"]),
            control_port=port_of(before["control"]),
            dcs={dc: port_of(before["dcs"][str(dc)]) for dc in self._dcs},
        )

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    def answered(self) -> set[str]:
        """The methods that had a result since the first start, as the server itself counts them."""
        self._count_answers()
        return set(self._answered)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def _start(self, port: int, control_port: int, dcs: dict[int, int]) -> dict:
        before = self._ready_inode()
        ports = ["--port", str(port), "--control-port", str(control_port)]
        ports += [f"--dc={dc}={dc_port}" for dc, dc_port in dcs.items()]
        with self.log_file.open("a") as log:
            self._process = subprocess.Popen(
                self._arguments + ports,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={k: v for k, v in os.environ.items() if not k.startswith("HELIOGRAM_")}
                | {"XDG_RUNTIME_DIR": str(self.ready_file.parent)},
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            # The old file stays until it is replaced: clients that redial meanwhile read it.
            if self._ready_inode() != before:
                return json.loads(self.ready_file.read_text())
            if self._process.poll() is not None:
                raise ServerFailed(f"heliogram serve ended with exit code {self._process.returncode}")
            time.sleep(0.01)
        self.stop()
        raise ServerFailed(f"heliogram serve wrote no ready file within {READY_WITHIN:.0f} s")

    def _count_answers(self) -> None:
        """The count begins again with each process, so it is taken before one is killed."""
        control = json.loads(self.ready_file.read_text())["control"]
        with urllib.request.urlopen(f"{control}/v1/coverage", timeout=10) as response:
            methods = json.load(response)["methods"]
        self._answered.update({m["method"]: m["answered"] for m in methods if m["answered"]})

    def _ready_inode(self) -> int | None:
        """Changes with each start, since the server puts a new file in place of the old one, whole."""
        try:
            return self.ready_file.stat().st_ino
        except FileNotFoundError:
            return None


def port_of(address: str) -> int:
    """The port of `127.0.0.1:443` or `http://127.0.0.1:8080`."""
    return int(address.rstrip("/").rpartition(":")[2])
