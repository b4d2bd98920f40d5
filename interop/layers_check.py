#!/usr/bin/env python3
"""Lets decoders that others wrote read what our transcoder makes for their layers: `python3 interop/layers_check.py`.

For every constructor that a layer has otherwise than the newest, `heliogram-tl` prints values in that layer. The
library of that layer has to read each to its last byte and, written again, it has to be the same bytes.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE = ["node", "scenarios/gramjs/read_samples.js"]
PYTHON = "scenarios/telethon/read_samples.py"

# Layer, library, how to start its reader, and with which environment.
READERS = [
    (155, "Telethon 1.28.5", [".venv-telethon-1.28/bin/python", PYTHON], {}),
    (158, "GramJS 2.17.3", NODE, {"LIBRARY": "telegram-158"}),
    (181, "GramJS 2.22.2", NODE, {"LIBRARY": "telegram-181"}),
    (198, "GramJS 2.26.22", NODE, {"LIBRARY": "telegram"}),
    (214, "teleproto 214.1.7", NODE, {"LIBRARY": "teleproto-214"}),
    (229, "teleproto 1.229.0", NODE, {"LIBRARY": "teleproto"}),
    (229, "Telethon 1.45.0", [".venv/bin/python", PYTHON], {}),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("layers", nargs="*", type=int, metavar="LAYER", help="only these (default: all)")
    wanted = parser.parse_args().layers
    readers = [reader for reader in READERS if not wanted or reader[0] in wanted]
    samples = {layer: printed(layer) for layer in {reader[0] for reader in readers}}
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda reader: read(samples[reader[0]], reader), readers))
    return 0 if all(outcomes) else 1


def printed(layer: int) -> str:
    """Values in this layer, a line each. `cargo test --workspace` builds the program."""
    built = HERE.parent / "target/debug/examples/layer_samples"
    cargo = ["cargo", "run", "--quiet", "-p", "heliogram-tl", "--example", "layer_samples", "--"]
    command = [*([built] if built.exists() else cargo), str(layer)]
    return subprocess.run(command, cwd=HERE.parent, check=True, text=True, stdout=subprocess.PIPE).stdout


def read(samples: str, reader: tuple) -> bool:
    layer, library, command, env = reader
    run = subprocess.run(
        command, cwd=HERE, input=samples, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | env | {"LAYER": str(layer)}, timeout=120,
    )
    names = {line.split(" ", 1)[0] for line in samples.splitlines()}
    verdict = "PASS" if run.returncode == 0 and names else "FAIL"
    print(f"{verdict} layer {layer}, {library}: {len(samples.splitlines())} values of {len(names)} constructors", flush=True)
    if verdict == "FAIL":
        print(run.stdout, flush=True)
    return verdict == "PASS"


if __name__ == "__main__":
    sys.exit(main())
