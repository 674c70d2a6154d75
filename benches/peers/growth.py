#!/usr/bin/env python3
"""Measures how preparation, memory, file, loading and tables grow with the network, and projects it to a country.

    venv/bin/pip install osmium==4.3.2
    venv/bin/python benches/peers/growth.py porto-metro.osm.pbf --into docs/road-benchmarks.md

The networks are copies of the extract side by side, made by replicate.py and kept in the cache. The projection is a
power law through the measured points, drawn on to `--country` nodes; how far to trust it is told in
docs/road-benchmarks.md.
"""

import argparse
import json
import math
import subprocess
import sys
import time
from pathlib import Path

from measure import (add_common_arguments, beatplan_programs, machine, median_run, number, publish, run, say,
                     source_version, table, work_folder)

COLUMNS = [
    ("read, build, prepare, save, s", lambda figures: figures["wall_s"]),
    ("processor, s", lambda figures: figures["cpu_s"]),
    ("peak memory, MiB", lambda figures: figures["peak_mib"]),
    ("file, MiB", lambda figures: figures["file_bytes"] / 2**20),
    ("warm load, ms", lambda figures: figures["load"]["wall_ms"]),
    ("1000×1000, ms", lambda figures: figures["tables"][0]["wall_ms"]),
    ("1000×1000, processor ms", lambda figures: figures["tables"][0]["cpu_ms"]),
]


def replicated(extract: Path, columns: int, rows: int, cache: Path) -> Path:
    """The extract copied `columns` × `rows` times; made on first use."""
    if (columns, rows) == (1, 1):
        return extract
    out = work_folder(cache, extract) / f"{columns}x{rows}.osm.pbf"
    if not out.exists():
        say(f"making {columns} × {rows} copies")
        script = Path(__file__).with_name("replicate.py")
        subprocess.run([sys.executable, script, extract, str(columns), str(rows), out], check=True)
    return out


def figures_of(extract: Path, beatplan: Path, table_bench: Path, args) -> dict:
    """Builds and asks one network."""
    folder = work_folder(args.cache, extract)
    network, drawn, log = folder / "beatplan.road", folder / "points-1000.csv", folder / "beatplan.log"
    command = [beatplan, "network", "build", extract, "-o", network]
    built, _ = median_run(3, 30, lambda: run(command, log))
    subprocess.run([table_bench, "draw", network, "1000", "-o", drawn], check=True)
    measured = subprocess.run([table_bench, "measure", network, drawn, "--sizes", "1000",
                               "--repeats", str(args.repeats)], check=True, stdout=subprocess.PIPE)
    figures = {**json.loads(measured.stdout), **vars(built)}
    say(f"{figures['size']['nodes']:,} nodes: prepared in {built.wall_s:.1f} s, {built.peak_mib:.0f} MiB")
    return figures


def power_law(points: list) -> tuple:
    """Coefficient and exponent of y = a·x^b by least squares on the logarithms of (x, y)."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x, mean_y = (sum(axis) / len(logs) for axis in zip(*logs))
    slope = (sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs))
    return math.exp(mean_y - slope * mean_x), slope


def growth_table(measured: list, country: int) -> str:
    """A row a network, the exponents, and the projection."""
    measured = sorted(measured, key=lambda figures: figures["size"]["nodes"])
    rows = [[f"{figures['size']['nodes']:,}", f"{figures['size']['arcs']:,}"]
            + [number(of(figures)) for _, of in COLUMNS] for figures in measured]
    exponents, projected = ["grows as nodes to the power", "–"], [f"**{country:,} (projected)**", "–"]
    for _, of in COLUMNS:
        factor, power = power_law([(figures["size"]["nodes"], of(figures)) for figures in measured])
        exponents.append(f"{power:.2f}")
        projected.append(f"**{number(factor * country**power, 2)}**")
    return table(["nodes", "arcs"] + [name for name, _ in COLUMNS], [*rows, exponents, projected])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("extract", type=Path, metavar="EXTRACT.osm.pbf")
    parser.add_argument("--grids", default="2x1,5x1,4x4,7x7", metavar="AxB,AxB",
                        help="copies west to east × south to north [%(default)s]")
    parser.add_argument("--country", type=int, default=50_000_000, metavar="NODES",
                        help="what to project to [%(default)s]")
    add_common_arguments(parser)
    args = parser.parse_args()
    args.cache = args.cache.resolve()
    if not args.extract.is_file():
        parser.error(f"{args.extract}: there is no such file")
    grids = [tuple(map(int, grid.split("x"))) for grid in args.grids.split(",")]
    if len(set(grids)) < 2:
        parser.error("--grids: growth takes at least two sizes")
    beatplan, table_bench = beatplan_programs(args)
    head = f"Measured {time.strftime('%Y-%m-%d')} on {machine()}. beatplan {source_version()}."
    measured = [figures_of(replicated(args.extract, *grid, args.cache), beatplan, table_bench, args) for grid in grids]
    publish("growth", f"{head}\n\n{growth_table(measured, args.country)}", args.into)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
