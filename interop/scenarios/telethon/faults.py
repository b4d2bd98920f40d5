"""What Telethon does when something goes wrong: every fault of `POST /v1/faults` reaches it, and it was seen to do this.

Each fault strikes a client of its own, once, at auth.sendCode, whose effect can be counted: each execution leaves a
code in an inbox. All run at the same time, so the whole takes as long as the most patient one. What is expected
here is what was observed, good or bad; docs/faults.md tells it in words.
"""

import asyncio
import json
import os
import re
import sys
import time

from telethon import events, functions, types
from telethon.network import ConnectionTcpFull

from world import add_user, connected, control, inbox, mint_session, scenario

SILENCE = "silence"

# `first`: what the struck call gave, where the fault strikes an earlier one; `answer`: what auth.sendCode gave;
# `codes`: how often it took effect; `dials`: how many more connections were made; `next`: what the next call gave.
CALLS = [
    ({"kind": "flood_wait", "seconds": 1}, {}, {"answer": "answer", "codes": 1, "dials": 0}),
    ({"kind": "flood_wait", "seconds": 4000}, {}, {"answer": "FloodWaitError 420 4000", "codes": 0}),
    ({"kind": "migrate", "what": "file", "dc": 4}, {}, {"answer": "FileMigrateError 303 4", "codes": 0}),
    ({"kind": "internal_error"}, {}, {"answer": "answer", "codes": 1, "dials": 0}),
    ({"kind": "timeout"}, {}, {"answer": "answer", "codes": 1, "dials": 0}),
    ({"kind": "delay", "milliseconds": 3000}, {}, {"answer": "answer", "codes": 1, "dials": 0}),
    # It has no patience to lose: it waits for ever, and the call stays undone, or done and unanswered.
    ({"kind": "drop_request"}, {}, {"answer": SILENCE, "codes": 0, "dials": 0, "next": "answer"}),
    ({"kind": "drop_reply"}, {}, {"answer": SILENCE, "codes": 1, "dials": 0, "next": "answer"}),
    # It connects again and calls again under a new number: twice.
    ({"kind": "close_mid_frame"}, {}, {"answer": "answer", "codes": 2, "dials": 1, "next": "answer"}),
    ({"kind": "cut_after", "bytes": 30}, {}, {"answer": "answer", "codes": 2, "dials": 1, "next": "answer"}),
    # It puts the packet aside with a warning in its log, and keeps the connection.
    ({"kind": "wrong_msg_key"}, {}, {"answer": SILENCE, "codes": 1, "dials": 0, "next": "answer"}),
    # It forgets the key and gives up.
    ({"kind": "transport_error", "code": -404}, {}, {"answer": "AuthKeyNotFound", "codes": 0, "dials": 0, "next": "ConnectionError"}),
    # Two of its tasks notice, and either may connect again; when both do, the call is sent twice.
    ({"kind": "transport_error", "code": -429}, {}, {"answer": "answer", "codes": {1, 2}, "dials": {1, 2}, "next": "answer"}),
    ({"kind": "transport_error", "code": -444}, {}, {"answer": "answer", "codes": {1, 2}, "dials": {1, 2}, "next": "answer"}),
    ({"kind": "bad_server_salt"}, {}, {"answer": "answer", "codes": 1, "dials": 0, "next": "answer"}),
    ({"kind": "salt_rotation"}, {}, {"answer": "answer", "codes": 1, "dials": 0, "next": "answer"}),
    # The call under way when the session begins again is never answered, nor sent again.
    (
        {"kind": "new_session_created"},
        {"during": 1000},
        {"first": "answer", "answer": SILENCE, "codes": 1, "next": "answer"},
    ),
    (
        {"kind": "slow_acks", "milliseconds": 60000},
        {"then": {"kind": "delay", "milliseconds": 3000}},
        {"first": "answer", "answer": "answer", "codes": 1, "dials": 0},
    ),
    (
        {"kind": "lost_acks"},
        {"then": {"kind": "delay", "milliseconds": 3000}},
        {"first": "answer", "answer": "answer", "codes": 1, "dials": 0},
    ),
    ({"kind": "strict_seq_no"}, {"early": True}, {"first": "answer", "answer": "answer", "codes": 1, "next": "answer"}),
    ({"kind": "session_revoked"}, {"early": True}, {"first": "SessionRevokedError 401", "next": "SessionRevokedError 401"}),
]

# `messages`: how often each of three messages came; the fault strikes the first. It asks for the difference when it
# sees a gap, and knows by pts what it has seen.
UPDATES = [
    ({"kind": "duplicate_update"}, {}, {"messages": [1, 1, 1]}),
    ({"kind": "pts_gap"}, {}, {"messages": [1, 1, 1]}),
    ({"kind": "updates_too_long"}, {}, {"messages": [1, 1, 1]}),
]


async def within(seconds, call):
    """What a call comes to, in a few words. It goes on when nobody waits for it any more."""
    done, _ = await asyncio.wait([asyncio.ensure_future(call)], timeout=seconds)
    if not done:
        return SILENCE
    error = done.pop().exception()
    if error is None:
        return "answer"
    parts = [type(error).__name__, getattr(error, "code", None), getattr(error, "seconds", None), getattr(error, "new_dc", None)]
    return " ".join(str(part) for part in parts if part is not None)


def send_code(phone):
    return functions.auth.SendCodeRequest(phone, 1, "hash", types.CodeSettings())


def get_self():
    return functions.users.GetUsersRequest([types.InputUserSelf()])


async def counting(phone):
    """A client that counts the connections it makes."""
    dials = []

    class Counted(ConnectionTcpFull):
        async def connect(self, *args, **options):
            dials.append(1)
            return await super().connect(*args, **options)

    session = await asyncio.to_thread(mint_session, phone)
    client = await connected(session, connection=Counted)
    dials.clear()
    return client, dials


def people(number):
    phone, called = f"99966211{number}", f"99966222{number}"
    user = add_user(phone=phone, first_name="Ada")
    add_user(phone=called, first_name="Bob")
    return user["id"], phone, called


def codes_at(phone):
    return sum(item["kind"] != "notice" for item in inbox(phone))


async def call(fault, how, number):
    user_id, phone, called = await asyncio.to_thread(people, number)
    client, dials = await counting(phone)

    async def strike(what, method):
        body = what | {"method": method, "user_id": user_id, "times": 1}
        return await asyncio.to_thread(control, "POST", "/v1/faults", body)

    early = bool(how)
    under_way = None
    if "during" in how:
        # A call that is under way when the session begins again.
        await strike({"kind": "delay", "milliseconds": how["during"]}, "auth.sendCode")
        under_way = asyncio.ensure_future(within(15, client(send_code(called))))
        await asyncio.sleep(0.1)
    made = await strike(fault, "users.getUsers" if early else "auth.sendCode")
    seen = {}
    if early:
        seen["first"] = await within(5, client(get_self()))
    if "then" in how:
        await strike(how["then"], "auth.sendCode")
    begun = time.monotonic()
    seen["answer"] = await (under_way or within(15, client(send_code(called))))
    seen["seconds"] = round(time.monotonic() - begun)
    seen["struck"] = (await asyncio.to_thread(control, "GET", f"/v1/faults/{made['id']}"))["struck"]
    seen["next"] = await within(10, client(get_self()))
    seen["codes"] = await asyncio.to_thread(codes_at, called)
    seen["dials"] = len(dials)
    return seen


async def updates(fault, _, number):
    user_id, phone, called = await asyncio.to_thread(people, number)
    client, _ = await counting(phone)
    caller, _ = await counting(called)
    came = []

    @client.on(events.NewMessage)
    async def _(event):
        came.append(re.search(r"\d{5,7}", event.raw_text)[0])

    # From here on it knows its state, as after a login.
    await client.get_me()
    await client.catch_up()
    body = fault | {"user_id": user_id, "times": 1}
    made = await asyncio.to_thread(control, "POST", "/v1/faults", body)
    for _ in range(3):
        await caller(send_code(phone))
        await asyncio.sleep(0.5)
    await asyncio.sleep(8)
    struck = (await asyncio.to_thread(control, "GET", f"/v1/faults/{made['id']}"))["struck"]
    texts = [item["text"] for item in await asyncio.to_thread(inbox, phone)]
    codes = [found[0] for found in (re.search(r"\d{5,7}", text) for text in texts) if found]
    return {"struck": struck, "messages": [came.count(code) for code in dict.fromkeys(codes)]}


async def observe(observer, row, number):
    fault, how, _ = row
    try:
        seen = await observer(fault, how, number)
    except Exception as error:  # noqa: BLE001: one that fails shall not hide what the others saw
        seen = {"failed": repr(error)}
    print(json.dumps(fault), json.dumps(seen), flush=True)
    return seen


async def main():
    rows = [(call, row) for row in CALLS] + [(updates, row) for row in UPDATES]
    only = os.environ.get("FAULT")
    rows = [(observer, row) for observer, row in rows if only in (None, row[0]["kind"])]
    seen = await asyncio.gather(*(observe(observer, row, 10 + n) for n, (observer, row) in enumerate(rows)))
    wrong = []
    for (_, (fault, _, expected)), got in zip(rows, seen):
        if got.get("failed") or got["struck"] != 1:
            wrong.append(f"{fault} did not reach the client once: {got}")
        for what, value in expected.items():
            if got.get(what) not in (value if isinstance(value, set) else [value]):
                wrong.append(f"{fault}: {what} is {got.get(what)!r}, and was {value!r} when this was written")
    if wrong:
        print("\n".join(wrong))
        sys.exit(1)


scenario(main)
