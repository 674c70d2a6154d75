#!/usr/bin/env python3
"""Measures nights of different sizes: territories a minute, processor time, peak memory, and where the time goes.

    benches/nights/measure.py night/territories --beatplan target/release/beatplan --counts 100,1000 --out nights-measured

The first so many territories of a folder that make_territories.py made (they are mixed by map) are planned into
`OUT/<count>`, each size anew; the first one builds the networks. Prints a table in Markdown; needs Linux for the memory,
which is the sum over the batch and its workers of what is theirs alone (USS) and of their share of what is mapped (PSS), at
its highest. Options after `--` go to `beatplan batch`.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

STAGES = ["solve", "bound", "write", "explain", "travel_times", "lists", "networks", "other"]
"""Stages of a plan, as the report names them."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("territories", type=Path)
    parser.add_argument("--beatplan", default="target/release/beatplan")
    parser.add_argument("--counts", default="100,1000", help="sizes of the nights, apart by commas")
    parser.add_argument("--out", type=Path, required=True)
    args, more = parser.parse_known_args()
    more = [word for word in more if word != "--"]
    files = sorted(args.territories.glob("*.toml"), key=number)
    nights = [(count, measure(args, files[:count], args.out / str(count), more))
              for count in map(int, args.counts.split(","))]
    print("| territories | min | territories a minute | processor s each | USS MB | PSS MB | "
          + " | ".join(f"{stage} %" for stage in STAGES) + " |")
    print("|" + "---|" * (6 + len(STAGES)))
    for count, night in nights:
        whole = sum(night["stages"].values())
        shares = (f"{100 * night['stages'].get(stage, 0) / whole:.1f}" for stage in STAGES)
        print(f"| {count:,} | {night['wall_s'] / 60:.1f} | {60 * count / night['wall_s']:.0f} | "
              f"{night['cpu_s'] / count:.2f} | {night['uss_mb']:.0f} | {night['pss_mb']:.0f} | {' | '.join(shares)} |")


def number(file):
    return int(re.search(r"\d+$", file.stem)[0])


def measure(args, files, out, more):
    """Plans `files` into the folder `out`, which is replaced, and watches."""
    batch = [args.beatplan, "batch", *map(str, files), "--date", "2026-11-25", "--out", str(out), *more]
    cache = args.out / "cache"
    shutil.rmtree(out, ignore_errors=True)
    args.out.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "BEATPLAN_CACHE": str(cache)}
    before, began = os.times(), time.monotonic()
    process = subprocess.Popen(batch, env=environment, stdout=subprocess.DEVNULL)
    uss_kb = pss_kb = 0
    while process.poll() is None:
        uss, pss = memory_kb(process.pid)
        uss_kb, pss_kb = max(uss_kb, uss), max(pss_kb, pss)
        time.sleep(0.25)
    wall_s, after = time.monotonic() - began, os.times()
    if process.returncode not in (0, 1):
        sys.exit(f"beatplan batch ended with {process.returncode}")
    report = json.loads((out / "batch-report.json").read_text(encoding="utf-8"))
    if report["totals"]["failed"] or report["totals"]["not_reached"]:
        sys.exit(f"{out}: not all territories were planned")
    cpu_s = after.children_user - before.children_user + after.children_system - before.children_system
    return {"wall_s": wall_s, "cpu_s": cpu_s, "uss_mb": uss_kb / 1000, "pss_mb": pss_kb / 1000,
            "stages": report["run"]["seconds_by_stage"]}


def memory_kb(batch):
    """USS and PSS of a batch and its workers."""
    uss = pss = 0
    for process in [batch, *children(batch)]:
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:  # it has just ended
            continue
        size = {name: int(kb) for name, kb in re.findall(r"(\w+): +(\d+) kB", rollup)}
        uss += size.get("Private_Clean", 0) + size.get("Private_Dirty", 0)
        pss += size.get("Pss", 0)
    return uss, pss


def children(process):
    ids = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            ids += task.read_text().split()
        except OSError:
            continue
    return ids


if __name__ == "__main__":
    main()
