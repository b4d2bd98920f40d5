"""Reads what layers_check.py gives it, with Telethon's own decoder: lines of a name and bytes in hex. Each has to be
read to its end, and to be the same bytes when the library writes it again."""

import os
import sys

from telethon.extensions import BinaryReader
from telethon.tl import alltlobjects, patched  # noqa: F401, it puts itself among the objects
from telethon.tl.alltlobjects import LAYER

SHOWN = 20


# Its own messages are more than what was read: they fill in who sent them. What is under them only reads and writes.
for id, known in list(alltlobjects.tlobjects.items()):
    if known.__module__.startswith("telethon.tl.patched"):
        alltlobjects.tlobjects[id] = next(base for base in known.__mro__ if base.__module__ == "telethon.tl.types")


def same(again, given):
    """Whether they are the same but for bits that are missing: schemas of one layer differ by flags without a value,
    which are in no id, and a library writes those it knows."""
    again, given = bytes.fromhex(again), bytes.fromhex(given)
    return len(again) == len(given) and all(a & ~b == 0 for a, b in zip(again, given))


def complaint(line):
    name, given = line.split()
    try:
        reader = BinaryReader(bytes.fromhex(given))
        value = reader.tgread_object()
        end = reader.tell_position()
        if end != len(given) // 2:
            return f"{name}: {len(given) // 2 - end} of {len(given) // 2} bytes are left"
        again = bytes(value).hex()
        if not same(again, given):
            return f"{name}: written again it is\n  {again}\nand was\n  {given}"
    except Exception as error:
        return f"{name}: {type(error).__name__} {str(error)[:300]}\n  {given[:300]}"
    return None


def main():
    if LAYER != int(os.environ["LAYER"]):
        sys.exit(f"Telethon speaks layer {LAYER}, not {os.environ['LAYER']}")
    lines = sys.stdin.read().splitlines()
    complaints = [text for text in map(complaint, lines) if text]
    print(*complaints[:SHOWN], sep="\n")
    if complaints:
        sys.exit(f"{len(complaints)} of {len(lines)} values are not read as they should be")


main()
