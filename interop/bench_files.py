"""How fast a file goes to the server and comes back, with our program, Telethon and GramJS, and what memory that takes.

Starts a server of its own with a data directory, makes a file of random bytes, and has each client send it to its own
"Saved Messages" and fetch it again, each in a process of its own. Times are those of whole processes, start and
connecting included; memory is the largest resident size, of the client by its exit status, of the server
by VmHWM, which is set back before each run. Every file that comes back is compared.

    cargo build --release -p heliogram-cli
    interop/.venv/bin/python interop/bench_files.py [--heliogram PATH] [--mib N] [--runs N]
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness.server import Server

HERE = Path(__file__).resolve().parent
TRANSFER = HERE / "scenarios" / "together"
PHONE = "9996622901"


class Client:
    """How to call a client; its program prints what names the message when it has sent."""

    def __init__(self, name, format, upload, download):
        self.name, self.format, self.upload, self.download = name, format, upload, download


def clients(binary):
    def ours_upload(session, path):
        return [binary, "upload", "me", path, "--as-document", "--json", "--session", session]

    def ours_download(session, path, message):
        return [binary, "download", "me", str(message), "-o", path, "--session", session]

    def script(*command):
        return (
            lambda session, path: [*command, "upload", session, path],
            lambda session, path, message: [*command, "download", session, path, str(message)],
        )

    return [
        Client("Heliogram", "heliogram", ours_upload, ours_download),
        Client("Telethon 1.45.0", "telethon", *script(sys.executable, str(TRANSFER / "bench_files.py"))),
        Client("GramJS 2.26.22", "gramjs", *script("node", str(TRANSFER / "bench_files.js"))),
    ]


def timed(command, environment):
    """Runs a command; gives its output, its seconds and its largest resident size in MiB."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # What it prints is a line: it does not fill the pipe.
    _, status, used = os.wait4(process.pid, 0)
    took = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    output = process.stdout.read()
    if process.returncode:
        sys.exit(f"{command[0]} {command[1]} ended with {process.returncode}:\n{output}{process.stderr.read()}")
    return output, took, used.ru_maxrss / 1024


def largest(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def set_back(pid):
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--heliogram", default=HERE.parent / "target/release/heliogram", type=Path)
    arguments.add_argument("--mib", default=256, type=int)
    arguments.add_argument("--runs", default=1, type=int)
    arguments.add_argument("--only", help="the beginning of a client's name")
    options = arguments.parse_args()
    binary = str(options.heliogram.resolve())
    with tempfile.TemporaryDirectory(prefix="heliogram-files-") as folder:
        folder = Path(folder)
        server = Server(options.heliogram.resolve(), folder, data=True, fixtures=None, dcs=[])
        server.start()
        try:
            run(binary, server, folder, options)
        finally:
            server.stop()


def run(binary, server, folder, options):
    environment = os.environ | {"HELIOGRAM_READY": str(server.ready_file), "XDG_STATE_HOME": str(folder / "state")}
    pid = server.pid
    path, back = folder / "sent.bin", folder / "back.bin"
    with open(path, "wb") as file:
        for _ in range(options.mib):
            file.write(os.urandom(1 << 20))
    expected = digest(path)
    print(f"{options.mib} MiB; load {os.getloadavg()[0]:.1f}")
    print("| client | | MB/s | client's memory | server's memory |\n|---|---|---|---|---|", flush=True)
    for client in clients(binary):
        if options.only and not client.name.startswith(options.only):
            continue
        minted = [binary, "sessions", "--phone", PHONE, "--format", client.format, "--ready", str(server.ready_file)]
        session = subprocess.run(minted, check=True, capture_output=True, text=True).stdout.strip()
        for _ in range(options.runs):
            set_back(pid)
            output, took, memory = timed(client.upload(session, str(path)), environment)
            report(client, "sends", options.mib, took, memory, pid)
            sent = json.loads(output)
            message = sent[0]["id"] if isinstance(sent, list) else sent
            set_back(pid)
            _, took, memory = timed(client.download(session, str(back), message), environment)
            report(client, "fetches", options.mib, took, memory, pid)
            assert digest(back) == expected, f"{client.name} got another file back"
            back.unlink()


def report(client, what, mib, took, memory, pid):
    speed = mib * (1 << 20) / 1e6 / took
    print(f"| {client.name} | {what} | {speed:.0f} | {memory:.0f} MiB | {largest(pid):.0f} MiB |", flush=True)


if __name__ == "__main__":
    main()
