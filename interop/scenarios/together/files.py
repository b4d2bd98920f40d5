"""Ada on Telethon and Bob on GramJS send each other a photo, a document and a large file; every download has the hash of
what was sent. The server is killed in the middle of an upload, which goes on with the parts that are missing. Then a file
reference expires, and asking for the message again renews it.

`LARGE_MIB=256` makes the large file as large as the issue wants it; by default it is 24 MiB, so that parts of
`saveBigFilePart` go both ways in seconds.
"""

import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "telethon"))

from telethon import functions, types
from world import (
    DAY, add_user, advance_clock, connected, control, kill_and_restart, mint_session, raises, scenario, step,
)

ADA, BOB = "9996623101", "9996623102"
PART = 64 << 10
LARGE = int(os.environ.get("LARGE_MIB", "24")) << 20


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height):
    """A real picture, of noise so that it has some length."""
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def files_in(folder, who):
    """A photo, a document and a large file, of this person only."""
    photo, document, large = (folder / f"{who}-{name}" for name in ("photo.png", "notes.txt", "large.bin"))
    photo.write_bytes(png(320, 200))
    document.write_text(f"notes of {who}\n" * 20_000)
    with large.open("wb") as file:
        for _ in range(LARGE >> 20):
            file.write(os.urandom(1 << 20))
    return photo, document, large


def gramjs(folder, *arguments):
    session = control("POST", "/v1/sessions", {"phone": BOB, "format": "gramjs"})["session"]
    command = ["node", HERE / "files.js", session, folder, *arguments]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    print(output, end="")
    return json.loads(output.splitlines()[-1])


async def body():
    with tempfile.TemporaryDirectory() as folder:
        await conversation(Path(folder))


async def conversation(folder):
    add_user(phone=ADA, first_name="Ada")
    bob = add_user(phone=BOB, first_name="Bob")
    client = await connected(mint_session(ADA))
    contact = types.InputPhoneContact(client_id=1, phone=BOB, first_name="Bob", last_name="")
    met = await client(functions.contacts.ImportContactsRequest([contact]))
    assert [user.id for user in met.users] == [bob["id"]], met

    photo, document, large = files_in(folder, "ada")
    sent = [
        await client.send_file(bob["id"], photo, caption="a photo"),
        await client.send_file(bob["id"], document, force_document=True),
        await client.send_file(bob["id"], large, force_document=True),
    ]
    assert sent[0].photo and (sent[0].photo.sizes[0].w, sent[0].photo.sizes[0].h) == (320, 200), sent[0]
    assert sent[2].document.size == LARGE
    whole = await client(get_file(sent[2].document, 1 << 20))
    assert hashlib.sha256(whole.bytes).digest() == hashlib.sha256(large.read_bytes()[: 1 << 20]).digest()
    album = await client.send_file(bob["id"], [photo, photo], caption=["one", "two"])
    assert len({message.grouped_id for message in album}) == 1 and album[0].grouped_id, album
    step(f"Telethon sent a photo, a document, {LARGE >> 20} MiB and an album")

    theirs = files_in(folder, "bob")
    got = gramjs(folder, *theirs)
    assert got["downloaded"] == [sha256(path) for path in (photo, document, large, photo, photo)], got
    step("GramJS downloaded all of it, with equal hashes")

    from_bob = [message async for message in client.iter_messages(bob["id"], from_user=bob["id"], reverse=True)]
    assert len(from_bob) == 3, from_bob
    for message, path in zip(from_bob, theirs):
        back = folder / f"{path.name}.back"
        await client.download_media(message, back)
        assert sha256(back) == sha256(path), path
    step("Telethon downloaded what GramJS sent, with equal hashes")

    await upload_through_a_kill(client)

    message = from_bob[1]
    advance_clock(DAY)
    await raises(400, "FILE_REFERENCE_EXPIRED", client(get_file(message.document)))
    again = await client.get_messages(bob["id"], ids=message.id)
    assert again.document.file_reference != message.document.file_reference
    file = await client(get_file(again.document))
    assert file.bytes == theirs[1].read_bytes()[:4096]
    assert await client.download_media(message, bytes) == theirs[1].read_bytes(), "Telethon renews it by itself"
    step("a file reference expired and was renewed")


async def upload_through_a_kill(client):
    """Half of the parts before the server is killed, half after it."""
    content = os.urandom(10 * PART)
    save = lambda number: client(
        functions.upload.SaveBigFilePartRequest(7, number, 10, content[number * PART : (number + 1) * PART])
    )
    for number in (9, 1, 3, 5, 7):
        assert await save(number)
    kill_and_restart()
    for number in (0, 2, 4, 6, 8):
        assert await save(number)
    file = types.InputMediaUploadedDocument(types.InputFileBig(7, 10, "half.bin"), "application/octet-stream", [])
    message = await client.send_file("me", file)
    assert await client.download_media(message, bytes) == content
    step("an upload went on after a kill -9")


def get_file(document, limit=4096):
    location = types.InputDocumentFileLocation(document.id, document.access_hash, document.file_reference, "")
    return functions.upload.GetFileRequest(location, offset=0, limit=limit)


scenario(body)
