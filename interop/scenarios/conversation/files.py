"""Each library sends the others a photo and a document; every one gets the bytes that were sent:
`python files.py MEBIBYTES LIBRARY LIBRARY ...`."""

import hashlib
import itertools
import os
import struct
import sys
import tempfile
import time
import zlib
from pathlib import Path

from cast import Actor
from world import add_user, step

mebibytes, *libraries = sys.argv[1:]
MIB = 1 << 20


def write_document(path):
    with path.open("wb") as file:
        for _ in range(int(mebibytes)):
            file.write(os.urandom(MIB))


def write_photo(path, width=320, height=200):
    """A PNG of noise."""
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def newest(reader, sender):
    return reader("history", **{"with": sender.username})[-1]


with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    document, photo = folder / "noise.bin", folder / "noise.png"
    write_document(document)
    write_photo(photo)
    people = []
    for number, library in enumerate(libraries):
        phone, username = f"999662340{number}", f"{library}_files"
        add_user(phone=phone, first_name=library.title(), username=username)
        people.append(Actor(library, phone, username))
        people[-1]("online")
    # Around the circle: everybody sends once and is sent to once.
    for sender, reader in zip(people, itertools.islice(itertools.cycle(people), 1, None)):
        began = time.monotonic()
        sender("photo", to=reader.username, path=str(photo), text="A photo")
        found = newest(reader, sender)
        assert (found["media"], found["text"]) == ("photo", "A photo"), found
        copy = folder / "copy.bin"
        reader("download", message=found["id"], path=str(copy), **{"with": sender.username})
        assert digest(copy) == digest(photo), f"the photo of {sender.name} differs at {reader.name}: {copy.stat().st_size} of {photo.stat().st_size} bytes"
        copy.unlink()
        sender("document", to=reader.username, path=str(document))
        found = newest(reader, sender)
        assert found["media"] == "document", found
        sent, began_reading = time.monotonic() - began, time.monotonic()
        reader("download", message=found["id"], path=str(copy), **{"with": sender.username})
        assert digest(copy) == digest(document), f"the document of {sender.name} differs at {reader.name}"
        copy.unlink()
        took = time.monotonic() - began_reading
        step(f"{mebibytes} MiB from {sender.name} in {sent:.1f} s, to {reader.name} in {took:.1f} s")
    for person in people:
        person.leave()
