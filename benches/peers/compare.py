#!/usr/bin/env python3
"""Measures beatplan, OSRM and Valhalla on the same extract and the same places in one run, and prints the ratios.

    python3 benches/peers/compare.py data/malta/malta.osm.pbf
    python3 benches/peers/compare.py porto-metro.osm.pbf porto-4x4.osm.pbf --into docs/road-benchmarks.md

Needs Linux on x86-64, Python 3.9 or newer with pip, and cargo; the peers are fetched from PyPI on first use. What is
measured, and how to read it, is told in docs/road-benchmarks.md. Peers prepare an extract once and keep it in the
cache, with what that took; `--fresh` makes them do it again. On a network of 1 M nodes osrm-contract takes ten
minutes and more.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from measure import (Answer, Run, add_common_arguments, beatplan_programs, machine, median_run, number, publish, run,
                     say, source_version, table, work_folder)
from peer_osrm import Osrm
from peer_valhalla import Valhalla


@dataclass
class Comparison:
    """All figures for one extract."""

    extract: Path
    built: Run
    build_repeats: int
    ours: dict
    """What the bench `table` says."""
    osrm: dict
    """Preparation, as `Osrm.prepare` gives it, and when it was measured."""
    valhalla: dict
    """Likewise; None if left out."""
    answers: dict
    """Name of a column → size → Answer, or a word why there is none."""


def build(beatplan: Path, extract: Path, folder: Path, args) -> tuple:
    """`beatplan network build`: its figures, their number, and the network."""
    network = folder / "beatplan.road"
    say("beatplan network build")
    command = [beatplan, "network", "build", extract, "-o", network]
    log = folder / "beatplan.log"
    built, times = median_run(args.prepare_repeats, args.prepare_patience, lambda: run(command, log))
    say(f"beatplan network build took {built.wall_s:.2f} s")
    return built, times, network


def prepared(peer, key: str, folder: Path, args) -> dict:
    """The peer's preparation: done now, or what was measured when it was done before."""
    kept = folder / f"{key}.json"
    if kept.exists() and not args.fresh:
        figures = json.loads(kept.read_text())
        if figures["peer"] == peer.name:
            say(f"{peer.name}: prepared on {figures['on']}, kept since")
            return figures
    kept.unlink(missing_ok=True)
    figures = {"peer": peer.name, "on": time.strftime("%Y-%m-%d %H:%M"),
               **peer.prepare(args.prepare_repeats, args.prepare_patience)}
    kept.write_text(json.dumps(figures, indent=1))
    return figures


def compare(extract: Path, beatplan: Path, table_bench: Path, args) -> Comparison:
    """Measures everything for one extract."""
    say(f"--- {extract}")
    folder = work_folder(args.cache, extract)
    built, build_repeats, network = build(beatplan, extract, folder, args)
    osrm = Osrm(extract, folder, args.cache)
    osrm_figures = prepared(osrm, "osrm", folder, args)
    valhalla = None if args.without_valhalla else Valhalla(extract, folder, args.cache)
    valhalla_figures = valhalla and prepared(valhalla, "valhalla", folder, args)

    drawn = folder / "points.csv"
    subprocess.run([table_bench, "draw", network, str(max(args.sizes)), "-o", drawn], check=True)
    with open(drawn, newline="") as rows:
        points = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(rows)]
    measured = subprocess.run(
        [table_bench, "measure", network, drawn, "--repeats", str(args.repeats),
         "--sizes", ",".join(map(str, args.sizes))], check=True, stdout=subprocess.PIPE)
    ours = json.loads(measured.stdout)
    for row in ours["tables"]:
        say(f"beatplan, {row['places']} places: {row['cpu_ms']:.1f} ms of processor time")
    answers = {
        "beatplan": {row["places"]: Answer(row["wall_ms"], row["cpu_ms"], row["repeats"], row["cells"])
                     for row in ours["tables"]},
        "OSRM CH": osrm.tables("CH", points, args.sizes, args.repeats),
        "OSRM CH in process": osrm.tables_in_process(points, args.sizes, args.repeats),
        "OSRM MLD": osrm.tables("MLD", points, args.sizes, args.repeats),
    }
    if valhalla:
        sizes = [size for size in args.sizes if size <= args.valhalla_places]
        answers["Valhalla"] = valhalla.tables(points, sizes, args.valhalla_patience)
    return Comparison(extract, built, build_repeats, ours, osrm_figures, valhalla_figures, answers)


# --- Telling ----------------------------------------------------------------------------------------

def preparation_table(found: Comparison) -> str:
    """What each program takes from the extract to being ready to answer."""
    extract, contract = Run(**found.osrm["extract"]), Run(**found.osrm["contract"])
    osrm = extract.then(contract)
    programs = [
        ("beatplan network build", found.built, found.ours["file_bytes"] / 2**20),
        ("osrm-extract + osrm-contract", osrm, found.osrm["mib"]),
        ("of it osrm-extract", extract, None), ("of it osrm-contract", contract, None),
    ]
    mld = extract.then(Run(**found.osrm["partition and customize"]))
    programs.append(("osrm-extract + osrm-partition + osrm-customize (MLD)", mld, None))
    if found.valhalla:
        programs.append(("valhalla_build_tiles", Run(**found.valhalla["build_tiles"]), found.valhalla["mib"]))
    rows = [[name, number(taken.wall_s), number(taken.cpu_s), number(taken.peak_mib), number(mib)]
            for name, taken, mib in programs]
    rows.append(["**OSRM (CH) ÷ beatplan**"] + [
        f"**{number(theirs / ours, 2)}**" for theirs, ours in
        [(osrm.wall_s, found.built.wall_s), (osrm.cpu_s, found.built.cpu_s),
         (osrm.peak_mib, found.built.peak_mib), (found.osrm["mib"] * 2**20, found.ours["file_bytes"])]])
    return table(["Preparation", "wall, s", "processor, s", "peak memory, MiB", "on disk, MiB"], rows)


def answer_table(found: Comparison, sizes: list) -> str:
    """What each program takes for each table."""
    programs = [(name, answers) for name, answers in found.answers.items() if answers]
    rows = []
    for name, answers in programs:
        cells = []
        for size in sizes:
            told = answers.get(size, "–")
            cells.append(f"{number(told.cpu_ms)} / {number(told.wall_ms)}" if isinstance(told, Answer) else told)
        rows.append([name, *cells])
    ratios, wall_ratios = [], []
    for size in sizes:
        ours = found.answers["beatplan"].get(size)
        best = [answers[size] for name, answers in programs if name.startswith("OSRM") and size in answers]
        if not (ours and best):
            ratios.append("–"), wall_ratios.append("–")
            continue
        ratios.append(f"**{number(min(answer.cpu_ms for answer in best) / ours.cpu_ms, 2)}**")
        wall_ratios.append(number(min(answer.wall_ms for answer in best) / ours.wall_ms, 2))
    rows.append(["**best of OSRM ÷ beatplan, processor**", *ratios])
    rows.append(["best of OSRM ÷ beatplan, wall", *wall_ratios])
    return table(["Table, processor / wall ms"] + [f"{size}×{size}" for size in sizes], rows)


def section(found: Comparison, sizes: list) -> str:
    """The part of the page for one extract."""
    ours = found.ours
    name = found.extract.name.removesuffix(".osm.pbf")
    empty = [f"{who} left {size**2 - answer.cells:,} of {size**2:,} cells empty"
             for who, answers in found.answers.items() for size, answer in answers.items()
             if size == max(sizes) and isinstance(answer, Answer) and answer.cells < size**2]
    kept = {figures["peer"]: figures["on"] for figures in [found.osrm, found.valhalla or found.osrm]}
    return "\n\n".join([
        f"### {name}: {ours['size']['nodes']:,} nodes, {ours['size']['arcs']:,} arcs",
        preparation_table(found),
        "Medians of as many runs as fit in the patience: "
        + ", ".join([f"beatplan {found.build_repeats}", f"OSRM {found.osrm['repeats']}"]
                    + ([f"Valhalla {found.valhalla['repeats']}"] if found.valhalla else []))
        + "; the peers' preparation measured " + ", ".join(f"on {on} ({peer})" for peer, on in kept.items()) + ".",
        answer_table(found, sizes),
        f"beatplan loads its network in {number(ours['load']['wall_ms'])} ms warm (median of "
        f"{ours['load']['repeats']}), {number(ours['first_load_ms'])} ms the first time in a process; loading, "
        f"snapping and a table of {min(1000, max(sizes))} places in a fresh process take "
        f"{number(ours['first_answer_ms'])} ms. It runs on {ours['threads']} threads."
        + (f" For {max(sizes)} places, {'; '.join(empty)}." if empty else ""),
    ])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("extracts", type=Path, nargs="+", metavar="EXTRACT.osm.pbf")
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")],
                        default=[100, 300, 1000, 2000], metavar="N,N", help="how many places [100,300,1000,2000]")
    parser.add_argument("--prepare-repeats", type=int, default=3, help="how often to prepare [%(default)s]")
    parser.add_argument("--prepare-patience", type=float, default=60, metavar="S",
                        help="begin no further repeat after so many seconds [%(default)s]")
    parser.add_argument("--valhalla-places", type=int, default=300, metavar="N",
                        help="ask Valhalla for no larger table [%(default)s]")
    parser.add_argument("--valhalla-patience", type=float, default=120, metavar="S",
                        help="wait so long for Valhalla's table [%(default)s]")
    parser.add_argument("--without-valhalla", action="store_true")
    parser.add_argument("--fresh", action="store_true", help="let the peers prepare again what they have prepared")
    add_common_arguments(parser)
    args = parser.parse_args()
    args.cache = args.cache.resolve()
    for extract in args.extracts:
        if not extract.is_file():
            parser.error(f"{extract}: there is no such file")
    beatplan, table_bench = beatplan_programs(args)
    head = (f"Measured {time.strftime('%Y-%m-%d')} on {machine()}. beatplan {source_version()}, {Osrm.name}, "
            f"{Valhalla.name}. Tables: medians of {args.repeats}.")
    sections = [head]
    for extract in args.extracts:
        sections.append(section(compare(extract, beatplan, table_bench, args), args.sizes))
    publish("compare", "\n\n".join(sections), args.into)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
