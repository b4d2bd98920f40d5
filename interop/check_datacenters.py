#!/usr/bin/env python3
"""Compares our table of Telegram's data centres and RSA keys with those of packages by others.

Everything is read as text out of the installed packages; none of them is run.

| what | ours | compared with |
|---|---|---|
| addresses | PRODUCTION, TEST | npm teleproto, PyPI opentele |
| where a new session begins | DC 4 | npm telegram |
| one more address | DC 2 | PyPI Telethon |
| keys | RSA_KEYS | npm telegram, npm @mtcute/tl |
"""

import base64
import ipaddress
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE = HERE / "node_modules"
OURS = HERE.parent / "crates/client/src/datacenters.rs"

Table = dict[tuple[str, int, int], str]


def main() -> int:
    addresses, keys = our_addresses(), our_keys()
    checks = [
        ("addresses, npm teleproto", addresses, teleproto()),
        ("addresses, PyPI opentele", addresses, opentele()),
        ("DC 4, npm telegram", addresses["production", 4, 4], gramjs_default()),
        ("DC 2, PyPI Telethon", addresses["production", 2, 4], telethon_default()),
        ("RSA moduli, npm telegram", keys, gramjs_keys()),
        ("RSA moduli, npm @mtcute/tl", keys, mtcute_keys()),
    ]
    failed = False
    for name, ours, theirs in checks:
        count = len(ours) if not isinstance(ours, str) else 1
        if ours == theirs:
            print(f"same      {name} ({count})")
        else:
            failed = True
            print(f"DIFFERENT {name}\n  ours   {ours}\n  theirs {theirs}")
    if len(addresses) != 16 or len(keys) != 2:
        failed = True
        print(f"expected 16 addresses and 2 keys in {OURS.name}, found {len(addresses)} and {len(keys)}")
    return int(failed)


def our_addresses() -> Table:
    source = OURS.read_text()
    table = {}
    for name, network in (("PRODUCTION", "production"), ("TEST", "test")):
        block = between(source, f"pub const {name}:", "];")
        for dc, v4, v6 in re.findall(r'datacenter\((\d), "([^"]+)", "([^"]+)"\)', block):
            table[network, int(dc), 4] = v4
            table[network, int(dc), 6] = normal(v6)
    return table


def our_keys() -> set[int]:
    pems = re.findall(r"BEGIN RSA PUBLIC KEY-----(.*?)-----END", OURS.read_text(), re.S)
    # PKCS#1: 30 82 .. .. 02 82 01 01 00, the modulus of 256 bytes, 02 03 and the exponent.
    ders = [base64.b64decode("".join(pem.split())) for pem in pems]
    assert all(der[:9].hex() == "3082010a0282010100" for der in ders)
    assert all(der[265:].hex() == "0203010001" for der in ders)
    return {int.from_bytes(der[9:265], "big") for der in ders}


def teleproto() -> Table:
    source = (NODE / "teleproto/client/telegramBaseClient.js").read_text()
    table = {}
    for prefix, network in (("PROD", "production"), ("TEST", "test")):
        for version in (4, 6):
            block = between(source, f"exports.{prefix}_DC_IPV{version} = {{", "}")
            for dc, address in re.findall(r'(\d): "([^"]+)"', block):
                table[network, int(dc), version] = normal(address)
    return table


def opentele() -> Table:
    source = (site_packages() / "opentele/td/configs.py").read_text()
    lists = {
        "kBuiltInDcs": ("production", 4),
        "kBuiltInDcsIPv6": ("production", 6),
        "kBuiltInDcsTest": ("test", 4),
        "kBuiltInDcsIPv6Test": ("test", 6),
    }
    table = {}
    for name, (network, version) in lists.items():
        block = between(source, f"    {name} = [", "]")
        for dc, address in re.findall(r'BuiltInDc\(DcId\._(\d), "([^"]+)", 443\)', block):
            # DC 2 has a second address there; the first is the one that others have too.
            table.setdefault((network, int(dc), version), normal(address))
    return table


def gramjs_default() -> str:
    source = (NODE / "telegram/client/telegramBaseClient.js").read_text()
    return re.search(r'DEFAULT_IPV4_IP = .*?"([\d.]+)"', source)[1]


def telethon_default() -> str:
    source = (site_packages() / "telethon/client/telegrambaseclient.py").read_text()
    return re.search(r"DEFAULT_IPV4_IP = '([\d.]+)'", source)[1]


def gramjs_keys() -> set[int]:
    source = between((NODE / "telegram/crypto/RSA.js").read_text(), "const PUBLIC_KEYS = [", "];")
    numbers = re.findall(r"n: \(0, big_integer_1\.default\)\((.*?)\)", source, re.S)
    return {int("".join(re.findall(r'"(\d+)"', number))) for number in numbers}


def mtcute_keys() -> set[int]:
    """Those in use; it lists retired keys as well, marked old."""
    source = (NODE / "@mtcute/tl/binary/rsa-keys.js").read_text()
    listed = json.loads(between(source, "JSON.parse('", "')"))
    return {int(key["modulus"], 16) for key in listed.values() if not key["old"]}


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


def normal(address: str) -> str:
    return str(ipaddress.ip_address(address))


def site_packages() -> Path:
    [folder] = (HERE / ".venv/lib").glob("python3*/site-packages")
    return folder


if __name__ == "__main__":
    sys.exit(main())
