"""What `heliogram recipe LIBRARY` prints is run as it is, in a folder where the library is installed."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

INTEROP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(INTEROP / "scenarios/telethon"))

from world import inbox, step

LIBRARY = sys.argv[1]
OWNER = os.environ["HELIOGRAM_FIXTURE_PHONE"]
# Each library has its own words for the same error.
WRONG_HASH = {
    "gramjs": "400 HASH_INVALID",
    "teleproto": "400 HASH_INVALID",
    "telethon": "400 HashInvalidError",
}


def recipe(*arguments):
    """The program for the server that was started last: the ready file is not named."""
    environment = {k: v for k, v in os.environ.items() if k != "HELIOGRAM_READY"}
    command = [os.environ["HELIOGRAM_BIN"], "recipe", LIBRARY, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def run(folder, program, *arguments):
    """Its output; the environment has nothing that could help it."""
    file = folder / ("page.py" if LIBRARY == "telethon" else "page.js")
    file.write_text(program)
    helping = ("HELIOGRAM_", "NODE_PATH", "XDG_")
    done = subprocess.run(
        [sys.executable if LIBRARY == "telethon" else "node", file.name, *arguments],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith(helping)},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 0 and not done.stderr, f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    (folder / "node_modules").symlink_to(INTEROP / "node_modules")

    printed = run(folder, recipe())
    assert re.match(r"Logged in as \S.* \(9996620001\)\.\n", printed), printed
    step("without a phone number: an account of its own")

    program = recipe("--phone", f"+{OWNER}")
    printed = run(folder, program)
    expected = f"Logged in as Page ({OWNER}).\naccount.SendConfirmPhoneCode: {WRONG_HASH[LIBRARY]}\n"
    assert printed == expected, f"{printed!r} instead of {expected!r}"
    step("for the owner of an account, and a hash that nobody has")

    [notice] = inbox(OWNER)
    printed = run(folder, program, re.search(r"[?&]hash=(\w+)", notice["text"])[1])
    assert re.search(r"\bSentCode\b", printed) and re.search(r"SentCodeTypeSms", printed), printed
    assert [item["kind"] for item in inbox(OWNER)] == ["notice", "sms"], inbox(OWNER)
    step("and for the hash in the notice about a deletion: auth.sentCode, and the code on the phone")
