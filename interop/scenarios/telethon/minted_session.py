"""A session string from POST /v1/sessions works in a Telethon program with no other change.

So the program is written out and run by itself: it knows the string, and neither our key, nor our
address, nor this folder.
"""

import subprocess
import sys

from world import add_user, mint_session, step

PHONE = "9996622006"

PROGRAM = """
import sys
from telethon.sync import TelegramClient
from telethon.sessions import StringSession

with TelegramClient(StringSession(sys.argv[1]), 1, "0123456789abcdef0123456789abcdef") as client:
    print(client.get_me().phone)
"""

add_user(phone=PHONE, first_name="Sofia")
session = mint_session(PHONE)
assert len(session) in (353, 369), f"{len(session)} characters are no Telethon string"
ran = subprocess.run([sys.executable, "-I", "-c", PROGRAM, session], capture_output=True, text=True, timeout=20)
assert ran.stdout.strip() == PHONE, f"exit code {ran.returncode}\n{ran.stdout}{ran.stderr}"
step("an unmodified program printed the phone of its user")
