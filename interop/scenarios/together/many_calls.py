"""One of the clients of three_clients.py: `python many_calls.py SESSION PHONE OWN_PHONE`."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "telethon"))

from world import connected, log_in, scenario, step

session, phone, own_phone = sys.argv[1:]


async def body():
    shared = await connected(session)
    own = await log_in(own_phone)
    for _ in range(10):
        people = await asyncio.gather(*((own if i % 2 else shared).get_me() for i in range(20)))
        assert [me.phone for me in people] == [phone, own_phone] * 10
    step("Telethon: 200 calls on two accounts")


scenario(body)
