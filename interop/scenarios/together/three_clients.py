"""GramJS, Telethon and our own client on one server at once, all three as the same user, the first
two also as a user of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "telethon"))

from telethon import functions
from world import add_user, connected, control, mint_session, scenario, step

PHONE, GRAMJS_PHONE, TELETHON_PHONE = "9996623001", "9996623002", "9996623003"
OURS = 5


def mint(format):
    return control("POST", "/v1/sessions", {"phone": PHONE, "format": format})["session"]


def our_client(session):
    """`heliogram invoke`: one process, one connection, one call."""
    command = [os.environ["HELIOGRAM_BIN"], "invoke", "account.getAuthorizations", "--session", session]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def body():
    for phone in (PHONE, GRAMJS_PHONE, TELETHON_PHONE):
        add_user(phone=phone, first_name="Together")
    gramjs, telethon, ours = mint("gramjs"), mint("telethon"), mint("heliogram")
    running = [
        subprocess.Popen(["node", HERE / "many_calls.js", gramjs, PHONE, GRAMJS_PHONE]),
        subprocess.Popen([sys.executable, HERE / "many_calls.py", telethon, PHONE, TELETHON_PHONE]),
    ]
    for _ in range(OURS):
        client = our_client(ours)
        output, complaint = client.communicate(timeout=20)
        assert client.returncode == 0, f"exit code {client.returncode}: {complaint}"
        assert json.loads(output)["_"] == "account.authorizations", output
    step(f"heliogram: {OURS} calls")
    assert [process.wait(50) for process in running] == [0, 0]

    client = await connected(mint_session(PHONE))
    sessions = (await client(functions.account.GetAuthorizationsRequest())).authorizations
    assert len(sessions) == 4, f"{len(sessions)} sessions instead of the four minted"
    assert sum(session.current for session in sessions) == 1
    step("the user sees all sessions, one of them current")


scenario(body)
