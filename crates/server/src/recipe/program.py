# {{library}} on the Heliogram server at {{address}}.
#
#   pip install {{package}}=={{version}}
#   python page.py
#
# Made by `heliogram recipe {{name}}`. It holds a session that is logged in, so keep it to yourself; on
# a server without --data it is worth nothing after a restart.
import asyncio
import sys

from telethon import TelegramClient, errors, functions, types
from telethon.crypto import rsa
from telethon.sessions import StringSession

API_ID = 1  # this server takes any
API_HASH = "0123456789abcdef0123456789abcdef"

# The server's RSA key. The session below has a key of its own already; a new one needs this, and
# `session.set_dc({{dc_id}}, {{host}}, {{port}})`.
rsa.add_key({{rsa_pem}}, old=False)

# Logged in as {{phone}}; the address of the server is in it.
session = StringSession(
    {{session}}
)


async def main():
    async with TelegramClient(session, API_ID, API_HASH, connection_retries=3) as client:
        me = await client.get_me()
        print(f"Logged in as {me.first_name} ({me.phone}).")

        # The call of the page about account.SendConfirmPhoneCode. Nobody asked to delete this
        # account, so there is no such hash; `heliogram demo` shows the whole story.
        hash = sys.argv[1] if len(sys.argv) > 1 else "0123456789abcdef0123456789abcdef"
        call = functions.account.SendConfirmPhoneCodeRequest(hash=hash, settings=types.CodeSettings())
        try:
            print((await client(call)).stringify())
        except errors.RPCError as error:
            print(f"account.SendConfirmPhoneCode: {error.code} {type(error).__name__}")


asyncio.run(main())
