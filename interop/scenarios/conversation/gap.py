"""Somebody is away while others write to them: `python gap.py LIBRARY COUNT ...`. Back again, the library asks for what
it missed, and its program sees every message once, in order."""

import sys
import time

from cast import Actor
from world import add_user, step

library, *counts = sys.argv[1:]

for phone, username in (("9996623301", "writer"), ("9996623302", "reader")):
    add_user(phone=phone, first_name=username.title(), username=username)
writer, reader = Actor("heliogram", "9996623301", "writer"), Actor(library, "9996623302", "reader")
writer("online")
reader("online")
# Before the first update a library has nothing to compare with.
writer("send", to="reader", text="hello")

expected = ["hello"]
while reader("seen") != expected:
    time.sleep(0.05)
for count in map(int, counts):
    reader("offline")
    began = time.monotonic()
    writer("send_many", to="reader", count=count)
    expected += map(str, range(count))
    wrote, began = time.monotonic() - began, time.monotonic()
    reader("online")
    deadline = began + 30 + count / 500
    while len(seen := reader("seen")) < len(expected) and time.monotonic() < deadline:
        time.sleep(0.05 + len(seen) / 100_000)
    assert seen == expected, (
        f"{len(seen)} messages instead of {len(expected)}; "
        f"the first that differs: {next((pair for pair in zip(seen, expected) if pair[0] != pair[1]), None)}"
    )
    step(f"{library}: {count} messages written in {wrote:.1f} s, seen in {time.monotonic() - began:.1f} s")
reader.leave()
writer.leave()
