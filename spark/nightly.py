#!/usr/bin/env python3
"""Plans the territories of a night on the machines of a Spark cluster: one task a territory, each a call of `beatplan batch`.

    pip install pyspark==3.5.9 fsspec==2026.9.0     # and s3fs, gcsfs, adlfs for object stores
    spark-submit --master spark://… spark/nightly.py s3://company/night --out s3://company/plans --date tomorrow

NIGHT is a folder or a prefix of an object store, anything that fsspec has a name for; below it are the folder `territories`
and all lists and maps that the territory files name by relative paths. OUT is another one. Both are reached from every machine.
On each machine the program and a folder for scratch are needed; nothing else is shared.

A task fetches what its territory needs into the scratch and plans it there with `--part`. Where OUT is a folder the program
writes into it; else the task puts what came out to OUT, the plan first, the journal entry last. A task that was killed
leaves no entry and is done again, by Spark in the same night or by the next run; a territory that is finished is not planned again. At last the driver runs the same batch over the whole folder: it
finds the finished ones, plans those that Spark gave up, and writes the report. Its exit code is that of this script.

In OUT is what `cd NIGHT && beatplan batch territories --out OUT` would have written, byte for byte. docs/operations.md says what
it costs and where it ends.
"""

import argparse
import datetime
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import fsspec
from fsspec.implementations.local import LocalFileSystem
from pyspark import SparkConf, SparkContext, TaskContext

OWN = ".beatplan"
JOURNAL = f"{OWN}/journal"
PREVIOUS = f"{OWN}/previous"
DESK = "desk-"
IN_USE = 2
WAITS, WAIT_S = 4, 15
TRIES = 4
"""So often Spark has a territory tried; after that the driver tries it once more."""


@dataclass(frozen=True)
class Night:
    """What all tasks have in common."""

    night: str
    out: str
    folder: str
    beatplan: str
    scratch: str
    options: tuple

    def command(self, out, *more):
        return [self.beatplan, "batch", self.folder, "--out", str(out), "--cache", f"{self.scratch}/cache",
                "--quiet", *self.options, *more]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="What follows -- goes to `beatplan batch`.")
    parser.add_argument("night", metavar="NIGHT", help="folder or prefix with all inputs")
    parser.add_argument("--out", required=True, metavar="OUT", help="folder or prefix of the plans")
    parser.add_argument("--date", required=True, help="the first day: 2026-11-25, today or tomorrow")
    parser.add_argument("--folder", default="territories", help="where below NIGHT the territory files are [%(default)s]")
    parser.add_argument("--beatplan", default="beatplan", metavar="PROGRAM", help="the program, on every machine [%(default)s]")
    parser.add_argument("--scratch", default="/var/tmp/beatplan", metavar="FOLDER",
                        help="for files of the moment, maps and road networks, on every machine [%(default)s]")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    args, options = parser.parse_args(sys.argv[1:split]), sys.argv[split + 1:]
    night = Night(args.night.rstrip("/"), args.out.rstrip("/"), args.folder.strip("/"), args.beatplan, args.scratch,
                  ("--date", day(args.date), *options))

    began = time.monotonic()
    territories = find(night)
    conf = SparkConf().setAppName("beatplan").set("spark.task.maxFailures", str(TRIES))
    with SparkContext.getOrCreate(conf) as spark:
        # One partition a territory: what is lost with a machine is only what it was at.
        tasks = spark.parallelize(territories, max(1, len(territories)))
        try:
            done = tasks.map(lambda territory: plan(night, *territory)).collect()
        except Exception as error:  # a machine was lost with the same territory every time: the driver plans what is missing
            print(f"Spark gave up: {error}", file=sys.stderr)
            done = []
    tell(done, time.monotonic() - began)
    return finish(night)


# --- The driver -----------------------------------------------------------------------------------


def day(date):
    """The same day for all tasks, however long the night: what is today is up to the clock of the driver."""
    ahead = {"today": 0, "tomorrow": 1}.get(date)
    return date if ahead is None else str(datetime.date.today() + datetime.timedelta(days=ahead))


def find(night):
    """The territory files, each with the name of its plan; of two with the same name the first: the driver tells of the other."""
    fs, root = fsspec.url_to_fs(night.night)
    below = PurePosixPath(root) / night.folder
    names = {}
    for path in sorted(fs.find(str(below))):
        parts = PurePosixPath(path).relative_to(below).with_suffix("").parts
        if path.endswith(".toml") and not any(part.startswith(".") for part in parts):
            if parts[-1] == "territory":
                parts = parts[:-1] or (below.name,)
            names.setdefault("-".join(parts), str(PurePosixPath(path).relative_to(root)))
    if not names:
        sys.exit(f"{night.night}/{night.folder} holds no territory file")
    return [(file, name) for name, file in names.items()]


def tell(done, seconds):
    by_host = {}
    for one in done:
        by_host[one["where"]] = by_host.get(one["where"], 0) + 1
    again = [one["territory"] for one in done if one["attempt"] > 0]
    given_up = [one for one in done if one["exit"] not in (0, 1)]
    print(f"{len(done)} territories in {seconds:.1f} s, {60 * len(done) / seconds:.0f} a minute; "
          + ", ".join(f"{count} by {host}" for host, count in sorted(by_host.items())))
    if again:
        print(f"tried again: {', '.join(sorted(again))}")
    for one in given_up:
        print(f"{one['territory']}: given up after {one['attempt'] + 1} tries: {one['said']}", file=sys.stderr)


def finish(night):
    """The same batch over the whole folder, where the driver is."""
    inputs, plans = is_local(night.night), is_local(night.out)
    with desk_in(night.scratch) as desk:
        if not inputs:
            inputs = f"{desk}/night"
            fs, root = fsspec.url_to_fs(night.night)
            fs.get(f"{root}/", f"{inputs}/", recursive=True)
        if plans:
            return when_all_left(night.command(plans), inputs)
        fs, root = fsspec.url_to_fs(night.out)
        plans = Path(desk, "plans")
        plans.mkdir()
        if fs.exists(root):
            fs.get(f"{root}/", f"{plans}/", recursive=True)
        before = {entry.name: entry.read_bytes() for entry in plans.glob(f"{JOURNAL}/*.json")}
        exit_code = subprocess.run(night.command(plans), cwd=inputs).returncode
        for entry in sorted(plans.glob(f"{JOURNAL}/*.json")):
            if before.get(entry.name) != entry.read_bytes():
                put(fs, root, plans, entry.stem)
        for report in plans.glob("batch-report.*"):
            fs.put_file(str(report), f"{root}/{report.name}")
        return exit_code


def when_all_left(command, inputs):
    """Runs the batch; a task whose machine was lost may still be at its last territory for a while."""
    for _ in range(WAITS):
        exit_code = subprocess.run(command, cwd=inputs).returncode
        if exit_code != IN_USE:
            break
        time.sleep(WAIT_S)
    return exit_code


def desk_in(scratch):
    """A folder to work in; those that killed tasks left more than a day ago are deleted."""
    Path(scratch).mkdir(parents=True, exist_ok=True)
    for left in Path(scratch).glob(f"{DESK}*"):
        if left.stat().st_mtime < time.time() - 86400:
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(dir=scratch, prefix=DESK)


def is_local(url):
    """The path behind a URL that is a folder of this machine."""
    fs, path = fsspec.url_to_fs(url)
    return path if isinstance(fs, LocalFileSystem) else None


# --- A task ---------------------------------------------------------------------------------------


def plan(night, file, name):
    """Plans one territory; raises, so that Spark tries again, if the program did not end by itself."""
    began, attempt = time.monotonic(), TaskContext.get().attemptNumber()
    told = {"territory": name, "attempt": attempt, "where": f"{socket.gethostname()}/{Path.cwd().name}"}
    try:
        exit_code = plan_on_desk(night, file, name)
    except Exception as error:
        if attempt + 1 < TRIES:
            raise
        # Once more and Spark would give up the whole night.
        return told | {"exit": None, "said": str(error), "seconds": time.monotonic() - began}
    return told | {"exit": exit_code, "said": "", "seconds": time.monotonic() - began}


def plan_on_desk(night, file, name):
    """Plans one territory in a folder of its own, which is gone afterwards; returns the exit code, 0 or 1."""
    with desk_in(night.scratch) as desk:
        fetch_inputs(night, file, Path(desk))
        fs, root = fsspec.url_to_fs(night.out)
        # Where OUT is a folder the program writes into it by itself: the plan appears whole or not at all.
        plans = Path(is_local(night.out) or f"{desk}/plans")
        if not is_local(night.out):
            fetch_earlier(fs, root, plans, name)
        entry = plans / JOURNAL / f"{name}.json"
        before = entry.read_bytes() if entry.exists() else None
        ran = subprocess.run(night.command(plans, "--part", "--jobs", "1"), cwd=desk, capture_output=True, text=True, errors="replace")
        if ran.returncode not in (0, 1):
            raise RuntimeError(f"beatplan ended with {ran.returncode}: {ran.stderr.strip()[-500:]}")
        if not is_local(night.out) and entry.exists() and entry.read_bytes() != before:
            put(fs, root, plans, name)
        return ran.returncode


def fetch_inputs(night, file, desk):
    """The territory file and what it names, at the same places below `desk`. What is not there is for the program to tell."""
    fs, root = fsspec.url_to_fs(night.night)
    local = desk / file
    local.parent.mkdir(parents=True)
    fs.get_file(f"{root}/{file}", str(local))
    try:
        territory = tomllib.loads(local.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return
    maps, others = files_named(territory)
    for named in maps + others:
        # Absolute paths are those of the machine.
        if os.path.isabs(named):
            continue
        path = os.path.normpath(f"{Path(file).parent}/{named}")
        target = desk / path
        if path.startswith("..") or target.exists() or not fs.isfile(f"{root}/{path}"):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if named in maps:
            target.symlink_to(kept_map(fs, f"{root}/{path}", night.scratch))
        else:
            fs.get_file(f"{root}/{path}", str(target))


def files_named(territory):
    """Maps, and all other files, that a territory file names; nothing where it is not of the form it should be."""

    def texts(*values):
        return [value for value in values if isinstance(value, str)]

    def table(value):
        return value if isinstance(value, dict) else {}

    def tables(value):
        return [table(one) for one in value] if isinstance(value, list) else []

    maps = texts(territory.get("osm"), table(territory.get("geocode")).get("osm"))
    others = [table(territory.get(key)).get("file") for key in ("visits", "calendar", "boundary")]
    others += [source.get("file") for source in tables(territory.get("prospects"))]
    modes = texts(*[rep.get("mode") for rep in tables(territory.get("rep"))])
    return maps, texts(*others) + [mode for mode in modes if mode.endswith(".toml")]


def kept_map(fs, path, scratch):
    """A map in the scratch, fetched once by each machine; a changed one is another."""
    kept = Path(scratch, "maps", str(fs.ukey(path)), PurePosixPath(path).name)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch, prefix=DESK) as fetched:
            fs.get_file(path, f"{fetched}/map")
            os.replace(f"{fetched}/map", kept)
    return kept


def fetch_earlier(fs, root, plans, name):
    """What there is of the territory in OUT: the plan, the one before it, and the journal entry."""
    for below in (name, f"{PREVIOUS}/{name}"):
        if fs.isdir(f"{root}/{below}"):
            (plans / below).mkdir(parents=True)
            for path in fs.ls(f"{root}/{below}", detail=False):
                fs.get_file(path, str(plans / below / PurePosixPath(path).name))
    entry = f"{JOURNAL}/{name}.json"
    if fs.isfile(f"{root}/{entry}"):
        (plans / JOURNAL).mkdir(parents=True)
        fs.get_file(f"{root}/{entry}", str(plans / entry))


def put(fs, root, plans, name):
    """Puts a territory's plan to OUT, the journal entry last: until that is there the territory is not finished."""
    for below in (f"{PREVIOUS}/{name}", name):
        # The summary first: it says of which day the plan is, so that nobody takes a half for the plan of the night before.
        files = sorted((path.name for path in (plans / below).glob("*")), key=lambda name: (name != "summary.json", name))
        if files:
            fs.makedirs(f"{root}/{below}", exist_ok=True)
            for file in files:
                fs.put_file(str(plans / below / file), f"{root}/{below}/{file}")
            for path in fs.ls(f"{root}/{below}", detail=False):
                if PurePosixPath(path).name not in files:
                    fs.rm_file(path)
    fs.makedirs(f"{root}/{JOURNAL}", exist_ok=True)
    fs.put_file(str(plans / JOURNAL / f"{name}.json"), f"{root}/{JOURNAL}/{name}.json")


if __name__ == "__main__":
    sys.exit(main())
