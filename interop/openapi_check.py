#!/usr/bin/env python3
"""Holds the control API to the document that it serves, with schemathesis.

Starts one server and lets schemathesis read `/v1/openapi.json` and send what the document allows, what it forbids,
and methods that paths do not have. Every answer must be one that the document tells of. Bounded in time;
the settings, and what is left out with the reason, stand in `schemathesis.toml`.

A second server asks for a token: nothing but `/healthz` may answer without it.

    .venv/bin/python openapi_check.py [--heliogram PATH] [--seconds N] [--seed N]
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
READY_WITHIN = 20.0
# One request; the longest waits are kept short by schemathesis.toml.
ANSWERED_WITHIN = 10


def main() -> int:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        failures = check_document(arguments, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        failures += check_token(arguments.heliogram, Path(folder))
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def check_document(arguments: argparse.Namespace, folder: Path) -> list[str]:
    with running(arguments.heliogram, folder) as control:
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            f"{control}/v1/openapi.json",
            f"--max-time={arguments.seconds}",
            f"--request-timeout={ANSWERED_WITHIN}",
            f"--seed={arguments.seed}",
        ]
        # It may finish what it has begun.
        hooks = {"SCHEMATHESIS_HOOKS": "openapi_hooks", "PYTHONPATH": str(HERE)}
        code = subprocess.run(command, cwd=folder, env=os.environ | hooks, timeout=3 * arguments.seconds).returncode
        with urllib.request.urlopen(f"{control}/healthz", timeout=ANSWERED_WITHIN) as response:
            alive = response.status == 200
    failures = [] if code == 0 else [f"schemathesis found that the server and its document differ (exit code {code})"]
    return failures + ([] if alive else ["the server is no longer healthy"])


def check_token(binary: Path, folder: Path) -> list[str]:
    """Every operation of the document is closed to who has no token, and to who has a wrong one."""
    token = secrets.token_urlsafe(24)
    failures = []
    with running(binary, folder, HELIOGRAM_CONTROL_TOKEN=token) as control:
        document = json.loads(ask(control, "GET", "/v1/openapi.json", token)[1])
        for path, operations in document["paths"].items():
            # A world that is there and ids that are not: nothing is hidden behind a 404.
            filled = path.replace("{world}", "main").replace("{", "").replace("}", "")
            for method in operations:
                for given in (None, token[:-1], token + "x"):
                    status, _ = ask(control, method.upper(), filled, given)
                    wanted = 200 if path == "/healthz" else 401
                    if status != wanted:
                        failures.append(f"{method} {path} with token {given and 'almost right'}: {status}")
    return failures


def ask(control: str, method: str, path: str, token: str | None) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(control + path, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=ANSWERED_WITHIN) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class running:
    """A server in memory, until the `with` ends; gives the URL of its control API."""

    def __init__(self, binary: Path, folder: Path, **environment: str):
        self._ready = folder / "ready.json"
        command = [str(binary), "serve", "--port=0", "--control-port=0", f"--ready-json={self._ready}"]
        self._log = (folder / "server.log").open("w")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env={k: v for k, v in os.environ.items() if not k.startswith("HELIOGRAM_")}
            | {"XDG_RUNTIME_DIR": str(folder)}
            | environment,
        )

    def __enter__(self) -> str:
        deadline = time.monotonic() + READY_WITHIN
        while not self._ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise SystemExit(f"the server does not come up:\n{Path(self._log.name).read_text()}")
            time.sleep(0.01)
        return json.loads(self._ready.read_text())["control"]

    def __exit__(self, *_) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._log.close()


def parse_arguments() -> argparse.Namespace:
    newest = [HERE.parent / "target" / kind / "heliogram" for kind in ("release", "debug")]
    newest = sorted((path for path in newest if path.exists()), key=lambda path: path.stat().st_mtime)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--heliogram", type=Path, metavar="PATH", help="the binary (default: the newest in target/)")
    parser.add_argument("--seconds", type=int, default=60, help="how long to try (default: 60)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31), help="repeats a run (default: a new one)")
    arguments = parser.parse_args()
    arguments.heliogram = arguments.heliogram or (newest and newest[-1])
    if not arguments.heliogram:
        parser.error("build first (cargo build) or give --heliogram")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
