"""The world a Telethon scenario runs in: the server of this run, its control port, and clients of it.

Telethon itself is used as installed: our server's key is added with its own `rsa.add_key`, and our
address is put into an ordinary session.
"""

import asyncio
import inspect
import json
import logging
import os
import re
import sys
import time
import urllib.error
import urllib.request

from telethon import TelegramClient, errors
from telethon.crypto import rsa
from telethon.sessions import StringSession

API_ID = 1
API_HASH = "0123456789abcdef0123456789abcdef"
DAY = 86400
STARTED = time.monotonic()

logging.basicConfig(level=os.environ.get("TELETHON_LOG", "ERROR"), stream=sys.stdout)


def ready():
    """What the server wrote into its ready file; read anew each time, since a restart rewrites it."""
    with open(os.environ["HELIOGRAM_READY"], encoding="utf-8") as file:
        return json.load(file)


def new_client(session="", **options):
    """A client of our server with a session string, or with none and our key and address."""
    session = StringSession(session)
    if not session.auth_key:
        here = ready()
        rsa.add_key(here["rsa_pem"], old=False)
        host, _, port = here["mtproto"].rpartition(":")
        session.set_dc(here["dc_id"], host, int(port))
    options = {"connection_retries": 5, "retry_delay": 0.3, "timeout": 5} | options
    return TelegramClient(session, API_ID, API_HASH, **options)


async def connected(session="", **options):
    client = new_client(session, **options)
    await client.connect()
    return client


def control(method, path, body=None):
    request = urllib.request.Request(
        ready()["control"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"content-type": "application/json"} if body is not None else {},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None


def add_user(**user):
    return control("POST", "/v1/users", user)


def advance_clock(seconds):
    return control("POST", "/v1/clock", {"advance_seconds": seconds})


def mint_session(phone):
    return control("POST", "/v1/sessions", {"phone": phone, "format": "telethon"})["session"]


def inbox(phone):
    return control("GET", f"/v1/inbox/{phone}")["items"]


def newest_code(phone):
    """The digits of the newest code that reached this phone, read as a person would: out of the text."""
    for item in reversed(inbox(phone)):
        code = re.search(r"(?<!\d)\d{5,7}(?!\d)", item["text"])
        if code:
            return code[0]
    raise AssertionError(f"no code in the inbox of {phone}")


def wrong(code):
    """Another code of the same length."""
    return str((int(code[0]) + 1) % 10) + code[1:]


def kill_and_restart():
    """Asks the harness to kill the server with -9 and to start it on the same data."""
    address = os.environ["HELIOGRAM_HARNESS"] + "/kill-and-restart"
    try:
        urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=30).close()
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read().decode()) from None


async def log_in(phone, password=None, session=""):
    """Logs in with the code from the inbox, and with the password where the account has one."""
    client = new_client(session)
    await client.start(phone=phone, code_callback=lambda: newest_code(phone), password=password, max_attempts=1)
    return client


async def raises(code, name, call):
    """The call must raise this code and name; a compiled pattern is matched against the name."""
    try:
        result = await call
    except errors.RPCError as error:
        names = names_of(error)
        fits = any(re.fullmatch(name, n) for n in names)
        assert error.code == code and fits, f"expected {code} {name}, got {error.code} {names}: {error!r}"
        return error
    raise AssertionError(f"expected {code} {name}, got {result!r}")


def names_of(error):
    """The wire names an error may have had: Telethon forgets them once it has a class for them."""
    names = [n for n, known in errors.rpc_errors_dict.items() if type(error) is known]
    seconds = getattr(error, "seconds", None)
    names += [p.replace(r"(\d+)", str(seconds)) for p, known in errors.rpc_errors_re if type(error) is known]
    return names or [error.message]


def read_whole(call):
    """The same call, which fails when the answer, written again by the library, is not what was read:
    then it holds something that the library's layer does not have."""
    read = call.read_result

    def checked(reader):
        answer = read(reader)
        got, end = reader.get_bytes(), reader.tell_position()
        if hasattr(answer, "_bytes"):
            assert answer._bytes().hex() == got[:end].hex(), f"the answer to {type(call).__name__}: {answer}"
        # Outside a container the library hands over the padding of the envelope with it.
        left = len(got) - end
        assert left == 0 or 12 <= left < 28, f"{type(call).__name__}: {left} bytes of the answer are left"
        return answer

    call.read_result = checked
    return call


def step(text):
    """Says what was reached and when, so that the output of a failed run shows where it stopped."""
    print(f"- {text} ({time.monotonic() - STARTED:.1f} s)", flush=True)


def scenario(body):
    """Runs a scenario and disconnects nothing: the process ends with it, as a script does."""
    assert inspect.iscoroutinefunction(body)
    asyncio.run(body())
