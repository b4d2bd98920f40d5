"""Telethon gives up with a ConnectionError when nobody listens."""

import socket
import time

from telethon import TelegramClient
from telethon.sessions import StringSession
from world import API_HASH, API_ID, scenario, step


async def body():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    session = StringSession()
    session.set_dc(2, "127.0.0.1", port)
    client = TelegramClient(session, API_ID, API_HASH, connection_retries=2, retry_delay=0.2)
    started = time.monotonic()
    try:
        await client.connect()
        raise AssertionError("connect() succeeded without a server")
    except ConnectionError as error:
        step(f"{error} after {time.monotonic() - started:.1f} s")


scenario(body)
