#!/usr/bin/env python3
"""The recipe `nightly.py` on a cluster of two workers on this machine, with territories killed in the middle.

    python3 -m venv venv && venv/bin/pip install pyspark==3.5.9 fsspec==2026.9.0 osmium==4.3.2
    venv/bin/python benches/nights/make_territories.py night --count 12
    venv/bin/python spark/test_nightly.py --beatplan target/release/beatplan --night night

Spark runs as `local-cluster[2,1,1024]`: a master, two workers and their executors, each a process of its own; Java 17 is needed.
While one territory is planned the program is killed, while another is planned the executor is. Both are tried again; a third,
which never survives, is given up and left to the driver. Nothing else is planned twice; plans, journal and report are those of a
plain batch. With `moto[server]` and `s3fs` installed the same is done
with an object store (a stand-in on this machine); without, that is said. Exit code 1 if anything differs.
"""

import argparse
import filecmp
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pyspark

HERE = Path(__file__).resolve().parent
DATE = "2026-11-25"

WRAPPER = """#!/bin/sh
# Stands before the program: notes each call of a task. Two territories meet with an accident once, a third always.
case " $* " in *" --part "*) ;; *) exec {program} "$@";; esac
file=$(find territories -name '*.toml')
echo "$file" >> {calls}
case "$file" in
*/{hopeless}.toml)
    kill -9 $$;;
*/{killed}.toml)
    if mkdir {marks}/program 2> /dev/null; then
        {program} "$@" & pid=$!
        sleep 0.3
        kill -9 $pid
        kill -9 $$
    fi;;
*/{orphaned}.toml)
    if mkdir {marks}/executor 2> /dev/null; then
        {program} "$@" &
        sleep 0.3
        above=$$
        until tr '\\0' ' ' < /proc/$above/cmdline | grep -q CoarseGrainedExecutorBackend; do
            above=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' /proc/$above/stat)
            [ "$above" -gt 1 ] || exit 70
        done
        kill -9 $above
        wait
    fi;;
esac
exec {program} "$@"
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--beatplan", type=Path, required=True, metavar="PROGRAM")
    parser.add_argument("--night", type=Path, required=True, metavar="FOLDER", help="as make_territories.py makes it")
    parser.add_argument("--effort", default="quick", help="of all plans [%(default)s]")
    parser.add_argument("--throughput", action="store_true", help="no accidents; how long one worker takes, and two")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="beatplan-spark-") as folder:
        test = Test(args, Path(folder))
        if args.throughput:
            return test.throughput()
        test.accidents("a folder", str(args.night.resolve()), str(test.folder / "plans"), lambda: test.folder / "plans")
        if all(importlib.util.find_spec(name) for name in ("moto", "s3fs")):
            with object_store(test.folder) as store:
                store.put(str(args.night.resolve()) + "/", "company/night/", recursive=True)
                test.accidents("an object store", "s3://company/night", "s3://company/plans",
                               lambda: fetched(store, "company/plans", test.folder / "from-store"))
        else:
            print("an object store: not tried, moto[server] and s3fs are not here")
    print(f"{test.passed} passed, {len(test.wrong)} failed")
    print("\n".join(test.wrong))
    return 1 if test.wrong else 0


class Test:
    def __init__(self, args, folder):
        self.program, self.night, self.effort, self.folder = args.beatplan.resolve(), args.night.resolve(), args.effort, folder
        self.ids = sorted(path.stem for path in (self.night / "territories").glob("*.toml"))
        self.passed, self.wrong = 0, []
        self.plain = folder / "plain"
        self.exit_code = subprocess.run(
            [self.program, "--cache", folder / "cache", "batch", "territories", "--out", self.plain, "--date", DATE,
             "--effort", self.effort, "--quiet"], cwd=self.night, stdout=subprocess.DEVNULL).returncode

    def submit(self, night, out, program, workers, scratch):
        environment = os.environ | {"SPARK_HOME": os.path.dirname(pyspark.__file__), "PYSPARK_PYTHON": sys.executable,
                                    "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(self.folder / "workers")}
        return subprocess.run(
            [Path(sys.executable).parent / "spark-submit", "--master", f"local-cluster[{workers},1,1024]",
             "--executor-memory", "512m", "--conf", "spark.ui.enabled=false", HERE / "nightly.py", night, "--out", out,
             "--date", DATE, "--beatplan", program, "--scratch", scratch, "--", "--effort", self.effort],
            env=environment, capture_output=True, text=True)

    def accidents(self, what, night, out, plans):
        """A night with accidents, and the night once more."""
        marks, calls = Path(tempfile.mkdtemp(dir=self.folder)), self.folder / "calls"
        calls.write_text("")
        killed, hopeless, orphaned = self.ids[1], self.ids[2], self.ids[-2]
        program = self.folder / "beatplan-with-accidents"
        program.write_text(WRAPPER.format(program=self.program, calls=calls, marks=marks, killed=killed,
                                          hopeless=hopeless, orphaned=orphaned))
        program.chmod(0o755)
        ran = self.submit(night, out, program, 2, self.folder / "scratch")
        self.check(f"{what}: ends as a plain batch", ran.returncode == self.exit_code, ran.stdout + ran.stderr[-3000:])
        again = next((line for line in ran.stdout.splitlines() if line.startswith("tried again: ")), "")
        self.check(f"{what}: all three were tried again", again == f"tried again: {killed}, {hopeless}, {orphaned}", ran.stdout)
        self.check(f"{what}: one was given up", f"{hopeless}: given up after 4 tries" in ran.stdout, ran.stdout)
        tries = {killed: 2, orphaned: 2, hopeless: 4}
        expected = Counter({f"territories/{id}.toml": tries.get(id, 1) for id in self.ids})
        self.check(f"{what}: nothing else was planned twice", Counter(calls.read_text().split()) == expected, calls.read_text())
        self.check(f"{what}: only that was left for the driver", self.report(plans())["run"]["planned_now"] == 1, ran.stdout)
        self.as_plain(what, plans())
        calls.write_text("")
        self.submit(night, out, program, 2, self.folder / "scratch")
        self.check(f"{what}: the next run plans nothing", self.report(plans())["run"]["kept_from_before"] == len(self.ids), "")
        self.as_plain(f"{what}, again", plans())

    def as_plain(self, what, plans):
        """Plans and journal of the same bytes, but for how long each took."""
        differ = []
        for id in self.ids:
            a, b = self.plain / id, plans / id
            names = {path.name for folder in (a, b) if folder.is_dir() for path in folder.iterdir()}
            differ += [f"{id}/{name}" for kind in filecmp.cmpfiles(a, b, names, shallow=False)[1:] for name in kind]
            a, b = (json.loads((folder / f".beatplan/journal/{id}.json").read_text()) for folder in (self.plain, plans))
            if without_seconds(a) != without_seconds(b):
                differ.append(f"the journal's {id}")
        found = sorted(path.name for path in plans.iterdir() if path.is_dir() and path.name != ".beatplan")
        differ += sorted(set(found) ^ set(self.ids)) + [str(path) for path in plans.rglob(".beatplan-*")]
        a, b = (without_seconds(self.report(folder)) for folder in (self.plain, plans))
        differ += [f"the report's {key}" for key in a | b if key != "run" and a.get(key) != b.get(key)]
        self.check(f"{what}: {len(self.ids)} plans, journal and report are those of a plain batch", not differ, "\n".join(differ))

    def report(self, plans):
        return json.loads((plans / "batch-report.json").read_text())

    def check(self, what, is_right, otherwise):
        print(f"{time.strftime('%H:%M:%S')}  {what}: {'yes' if is_right else 'NO'}", file=sys.stderr, flush=True)
        if is_right:
            self.passed += 1
        else:
            self.wrong.append(f"{what}: no\n{otherwise}")

    def throughput(self):
        """What one worker and two take for the same night, after the networks are there."""
        for workers in (1, 1, 2):
            out = self.folder / f"plans-{workers}"
            shutil.rmtree(out, ignore_errors=True)
            ran = self.submit(str(self.night), str(out), self.program, workers, self.folder / "scratch")
            print(f"{workers} workers: {ran.stdout.splitlines()[0] if ran.stdout else ran.stderr[-2000:]}")
        return 0


def without_seconds(value):
    if isinstance(value, dict):
        return {key: without_seconds(inner) for key, inner in value.items() if key != "seconds"}
    return [without_seconds(inner) for inner in value] if isinstance(value, list) else value


class object_store:
    """An object store of Amazon's kind on this machine, for as long as it is needed; a bucket `company` is in it."""

    def __init__(self, folder):
        self.log = folder / "moto.log"

    def __enter__(self):
        import s3fs

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.server = subprocess.Popen([sys.executable, "-m", "moto.server", "--port", str(port)],
                                       stdout=open(self.log, "w"), stderr=subprocess.STDOUT)
        # The keys are those of nobody: the stand-in takes any.
        os.environ.update(AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test",
                          AWS_DEFAULT_REGION="us-east-1")
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        store = s3fs.S3FileSystem()
        store.mkdir("company")
        return store

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


def fetched(store, prefix, folder):
    store.invalidate_cache()
    shutil.rmtree(folder, ignore_errors=True)
    store.get(f"{prefix}/", f"{folder}/", recursive=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
