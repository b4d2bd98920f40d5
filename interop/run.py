#!/usr/bin/env python3
"""Runs clients that others wrote against our server: `python3 interop/run.py [NAME ...]`.

Every scenario of `scenarios.toml` is a program of its own. It gets a freshly started server, whose
ready file is named by HELIOGRAM_READY, and passes when it exits with 0 within its timeout. What it
and the server wrote is shown only when it fails. See README.md.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from harness import record
from harness.page import FIXTURE_PHONE, OWN_HASH, page_file, page_hash, write_fixtures
from harness.restarts import Restarts
from harness.server import Server, ServerFailed

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "target"
SHOWN_OF_A_LOG = 6000
# The exit code of a scenario that finds that it cannot be run, as in automake.
SKIPPED = 77


@dataclass
class Scenario:
    """One entry of scenarios.toml; the README explains the fields."""

    name: str
    about: str
    run: list[str]
    timeout: float
    server: bool = True
    data: bool = False
    page: bool = False
    fixture: str = ""
    dcs: list[int] = field(default_factory=list)
    client: str = ""
    env: dict[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    scenario: Scenario
    word: str
    seconds: float
    detail: str = ""
    answered: set[str] = field(default_factory=set)


RECORD = Scenario("foreign_calls", "the record claims no more than this run saw", run=[], timeout=0)


def main() -> int:
    options = parse_arguments()
    scenarios = load_scenarios()
    if options.list:
        for scenario in scenarios:
            print(f"{scenario.name:34} {scenario.about}")
        return 0
    if options.names and (options.record or options.check_record):
        print("the record is of all scenarios: leave their names out", file=sys.stderr)
        return 2
    unknown = set(options.names) - {s.name for s in scenarios}
    if unknown:
        print(f"no such scenario: {', '.join(sorted(unknown))}; --list shows them all", file=sys.stderr)
        return 2
    chosen = [s for s in scenarios if not options.names or s.name in options.names]
    if not (HERE / "node_modules/.installed").exists() or not (HERE / ".venv/.installed").exists():
        print("the clients are not installed; run interop/install.sh", file=sys.stderr)
        return 2
    binary = options.heliogram or built_binary()
    if any(s.server for s in chosen) and not (binary and binary.is_file()):
        print("no heliogram binary: build it (`cargo build -p heliogram-cli`) or name it with --heliogram", file=sys.stderr)
        return 2

    started = time.monotonic()
    outcomes = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda s: run_scenario(s, binary, options.keep), chosen):
            report(outcome, verbose=options.verbose)
            outcomes.append(outcome)
    seen: record.Record = {}
    for outcome in outcomes:
        if outcome.word == "PASS" and outcome.scenario.client:
            record.merge(seen, outcome.scenario.client, outcome.answered)
    if options.check_record:
        unseen = record.claims_unseen(seen)
        outcomes.append(Outcome(RECORD, "FAIL" if unseen else "PASS", 0.0, "\n".join(unseen)))
        report(outcomes[-1], verbose=options.verbose)
    count = lambda word: sum(o.word == word for o in outcomes)
    print(f"{len(outcomes)} scenarios in {time.monotonic() - started:.1f} s, {count('SKIP')} skipped")
    print(f"{count('PASS')} passed, {count('FAIL')} failed")
    if count("FAIL"):
        return 1
    if options.record:
        record.write(seen)
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="scenarios to run (default: all)")
    parser.add_argument("--heliogram", type=Path, metavar="PATH", help="the binary (default: the newest in target/)")
    parser.add_argument("--jobs", type=int, default=2, help="how many run at once (default: 2)")
    parser.add_argument("--list", action="store_true", help="name the scenarios and stop")
    parser.add_argument("--keep", action="store_true", help="keep each scenario's folder and name it")
    parser.add_argument("--record", action="store_true", help=f"write {record.FILE.name} when none failed")
    parser.add_argument("--check-record", action="store_true", help="fail when that file claims more than this run saw")
    parser.add_argument("--verbose", action="store_true", help="show what scenarios write even when they pass")
    return parser.parse_args()


def load_scenarios() -> list[Scenario]:
    with (HERE / "scenarios.toml").open("rb") as file:
        return [Scenario(**entry) for entry in tomllib.load(file)["scenario"]]


def built_binary() -> Path | None:
    built = [p for p in (TARGET / "release/heliogram", TARGET / "debug/heliogram") if p.is_file()]
    return max(built, key=lambda p: p.stat().st_mtime, default=None)


def run_scenario(scenario: Scenario, binary: Path | None, keep: bool) -> Outcome:
    started = time.monotonic()
    outcome = lambda word, *more: Outcome(scenario, word, time.monotonic() - started, *more)
    page = page_file()
    if scenario.page and not page.is_file():
        return outcome("SKIP", f"the reference page is not here: {page.name} in ../shared/seed or $HELIOGRAM_SEED")

    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix=f"{scenario.name}-"))
        if not keep:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        env = scenario_environment(scenario, binary, folder)
        server = None
        if scenario.server:
            fixtures = folder / "fixtures.toml" if scenario.fixture else None
            if fixtures:
                write_fixtures(page_hash(page) if scenario.fixture == "page" else OWN_HASH, fixtures)
            server = Server(binary, folder, data=scenario.data, fixtures=fixtures, dcs=scenario.dcs)
            stack.callback(server.stop)
            try:
                server.start()
            except ServerFailed as failure:
                return outcome("FAIL", f"{failure}\n{quoted('server', server.log())}")
            env["HELIOGRAM_READY"] = str(server.ready_file)
            env["HELIOGRAM_HARNESS"] = stack.enter_context(Restarts(server))
        word, verdict, output = run_program(scenario, folder, env)
        detail = quoted("scenario", output)
        answered = set()
        if word == "FAIL":
            detail = f"{verdict}\n{detail}"
            if server:
                detail += quoted("server", server.log())
        elif server:
            answered = server.answered()
        if keep:
            detail += f"kept: {folder}\n"
        return outcome(word, detail, answered)


def scenario_environment(scenario: Scenario, binary: Path | None, folder: Path) -> dict[str, str]:
    """The caller's environment without its HELIOGRAM_ and TELEGRAM_ settings, and with ours."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("HELIOGRAM_", "TELEGRAM_"))}
    env |= {
        # The page's blocks run from a temporary folder and still find their package.
        "NODE_PATH": str(HERE / "node_modules"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "HELIOGRAM_BIN": str(binary.resolve()) if binary else "",
        "HELIOGRAM_PAGE": str(page_file()),
        "HELIOGRAM_FIXTURE_PHONE": FIXTURE_PHONE,
        # Here our commands look for the server that was started last.
        "XDG_RUNTIME_DIR": str(folder),
    }
    return env | scenario.env


def run_program(scenario: Scenario, folder: Path, env: dict[str, str]) -> tuple[str, str, str]:
    """Runs it to its end or its timeout: PASS, FAIL or SKIP, why it failed, what it wrote."""
    program = str(HERE / ".venv/bin/python") if scenario.run[0] == "python" else scenario.run[0]
    output_file = folder / "output.log"
    with output_file.open("w") as output:
        process = subprocess.Popen(
            [program, *scenario.run[1:]],
            cwd=HERE,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(scenario.timeout)
            word = {0: "PASS", SKIPPED: "SKIP"}.get(code, "FAIL")
            verdict = f"exit code {code}"
        except subprocess.TimeoutExpired:
            word, verdict = "FAIL", f"not finished after {scenario.timeout:g} s, killed"
        finally:
            end_group(process)
    return word, verdict, output_file.read_text(errors="replace")


def end_group(process: subprocess.Popen) -> None:
    """Ends the scenario and whatever it started; the session it leads holds nothing else."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def report(outcome: Outcome, verbose: bool) -> None:
    print(f"{outcome.word} {outcome.scenario.name:34} {outcome.seconds:5.1f} s", flush=True)
    if outcome.detail and (outcome.word != "PASS" or verbose):
        print(outcome.detail.rstrip(), flush=True)


def quoted(speaker: str, text: str) -> str:
    if len(text) > SHOWN_OF_A_LOG:
        text = f"[{len(text) - SHOWN_OF_A_LOG} characters left out]\n{text[-SHOWN_OF_A_LOG:]}"
    return "".join(f"    {speaker}: {line}\n" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
