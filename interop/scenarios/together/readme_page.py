"""README.md's way to a first program: its commands are run as they stand there and print what it says.

`<!-- interop: page -->` stands before the code block with the commands, `<!-- interop: page output -->`
before the one with what they print. There `…` stands for whatever differs from run to run, within a
line; blank lines and spaces at the end of a line mean nothing. The folder the commands run in has
`heliogram` on the path and the library installed.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

INTEROP = Path(__file__).resolve().parents[2]
README = INTEROP.parent / "README.md"
SKIPPED = 77


def block(marker):
    """The lines of the code block after this comment; none when it is not there or empty."""
    text = README.read_text() if README.exists() else ""
    found = re.search(rf"<!-- interop: {marker} -->\s*^```\w*\n(.*?)^```", text, re.M | re.S)
    return [line.rstrip() for line in found[1].splitlines() if line.strip()] if found else []


def pattern(line):
    return "[^\n]*".join(map(re.escape, line.split("…")))


commands, expected = block("page"), block("page output")
if not commands or not expected:
    print(f"{README.name} has no commands or no output after its `<!-- interop: page … -->` comments yet")
    sys.exit(SKIPPED)

with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    (folder / "bin").mkdir()
    (folder / "bin/heliogram").symlink_to(os.environ["HELIOGRAM_BIN"])
    (folder / "node_modules").symlink_to(INTEROP / "node_modules")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HELIOGRAM_", "NODE_PATH"))}
    environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", "\n".join(commands)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )

print(done.stderr, end="")
printed = [line.rstrip() for line in done.stdout.splitlines() if line.strip()]
assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}"
assert re.fullmatch("\n".join(map(pattern, expected)), "\n".join(printed)), (
    "printed:\n" + "\n".join(printed) + "\nREADME.md says:\n" + "\n".join(expected)
)
print("\n".join(printed))
