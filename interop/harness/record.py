"""Which methods the server answered to which foreign client: `crates/server/foreign_calls.tsv`.

The server is compiled with this file and calls a method `stateful+foreign` when it is in there. So
the file must not claim what no run shows: `run.py --record` writes what a run has seen, and
`run.py --check-record` fails when the file says more. A scenario counts for the client that
scenarios.toml names in `client`; one that mixes clients names none.
"""

from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "crates/server/foreign_calls.tsv"
HEAD = """\
# Written by the interop run (interop/run.py --record), do not edit by hand.
# method\tclients that had it answered
"""

# Method -> clients.
Record = dict[str, set[str]]


def merge(record: Record, client: str, methods: set[str]) -> None:
    for method in methods:
        record.setdefault(method, set()).add(client)


def write(record: Record) -> None:
    lines = (f"{method}\t{' '.join(sorted(clients))}\n" for method, clients in sorted(record.items()))
    FILE.write_text(HEAD + "".join(lines))


def read() -> Record:
    lines = (line for line in FILE.read_text().splitlines() if line and not line.startswith("#"))
    return {method: set(clients.split()) for method, _, clients in (line.partition("\t") for line in lines)}


def claims_unseen(seen: Record) -> list[str]:
    """What the file says and this run did not see, one sentence each."""
    return [
        f"{method} is said to have been answered to {client}, which this run did not see"
        for method, clients in sorted(read().items())
        for client in sorted(clients - seen.get(method, set()))
    ]
