#!/usr/bin/env python3
"""Judges the speeds of the profile `car`: against the table they come from, and against Valhalla with the same speeds.

    judge.py BEATPLAN [EXTRACT.osm.pbf=REGION ...] [--before OLD_BEATPLAN] [--pairs 300] [--work DIR]

1. For each extract, the median speed of each class and density (`network info --json`) against the table.
2. Travel times between random pairs of places: `beatplan` against Valhalla (pyvalhalla from PyPI, its binaries only),
   whose graph has the same speeds for each class and density (`mjolnir.default_speeds_config`). Valhalla's time is the
   sum of length / speed over the edges of its own path, because its costing adds delays for turns that it cannot
   leave out. Its full time is shown too. With --before also the times of an older program.
3. With OSRM (osrm-bindings from PyPI), the same pairs for its stock car; and for Valhalla's stock car.

Prints Markdown. Needs the network once for the wheels.
"""

import argparse
import csv
import json
import math
import os
import random
import statistics
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from measure import free_port, run, say, service, wheel  # noqa: E402

ROOT = Path(__file__).parent.parent.parent
TABLE = ROOT / "src/road/speeds/measured.csv"
VALHALLA = "pyvalhalla==3.9.1"
OSRM = "osrm-bindings==26.10.0"
DENSITIES = ["rural", "suburban", "urban"]
CLASSES = ["motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "service"]
SERVICES = ["driveway", "alley", "parking_aisle", "drive-through"]


def ask(url: str, question: dict | None = None):
    """The answer of a service, read as JSON."""
    body = json.dumps(question).encode() if question else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def table(region: str) -> dict:
    """Speeds in km/h of a region by density: 30 numbers, gaps filled from country and world as docs/speeds.md says."""
    rows = {}
    with open(TABLE, encoding="utf-8", newline="") as file:
        for row in list(csv.reader(file))[1:]:
            rows[row[0], row[1]] = [int(cell) if cell else 0 for cell in row[2:]] + [0] * (32 - len(row))
    filled = {}
    for density in DENSITIES:
        speeds = list(rows["", density])
        for name, factor in ((region.split("-")[0], 3), (region if "-" in region else None, 2)):
            for at, own in enumerate(rows.get((name, density), [])):
                if own and max(own, speeds[at]) <= factor * min(own, speeds[at]):
                    speeds[at] = own
        filled[density] = speeds
    return filled


def speeds_file(region: str, path: Path):
    """The speeds of a region in Valhalla's format, for all places."""
    entry = {}
    for density, speeds in table(region).items():
        entry[density] = {"way": speeds[:8], "link_exiting": speeds[8:13], "link_turning": speeds[13:18],
                          "roundabout": speeds[18:26], **dict(zip(SERVICES, speeds[26:30]))}
    path.write_text(json.dumps([entry]))


def beatplan(program: Path, *arguments) -> str:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode > 1:  # 1: some places have no road
        sys.exit(f"{program} {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def median_table(program: Path, network: Path, region: str) -> list:
    """Rows (class, density, kilometres, median, table, ratio) of the classes in the table."""
    wanted = table(region)
    figures = json.loads(beatplan(program, "--json", "network", "info", network))["speeds"]
    rows = []
    for figure in figures:
        if figure["class"] in CLASSES and figure["length_km"] >= 1:
            speed = wanted[figure["density"]][CLASSES.index(figure["class"])]
            rows.append((figure["class"], figure["density"], figure["length_km"], figure["median_kmh"], speed,
                         figure["median_kmh"] / speed))
    return rows


def places(program: Path, extract: Path, work: Path, count: int) -> list:
    """Points on roads of the extract, drawn with a fixed seed, that are in the largest connected part."""
    import osmium  # pip install osmium

    class Roads(osmium.SimpleHandler):
        def __init__(self):
            super().__init__()
            self.points = []

        def way(self, way):
            kind = way.tags.get("highway", "")
            if kind in CLASSES[2:7] and way.tags.get("access", "yes") == "yes" and "motor_vehicle" not in way.tags:
                self.points += [(node.lon, node.lat) for node in way.nodes if node.location.valid()]

    roads = Roads()
    roads.apply_file(str(extract), locations=True)
    chance = random.Random(16)
    return [chance.choice(roads.points) for _ in range(count)]


def beatplan_times(program: Path, network: Path, points: list, work: Path) -> dict:
    """Seconds between all points, by pair of indices."""
    listed, table_file = work / "points.csv", work / "matrix.csv"
    with open(listed, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "lon", "lat"])
        writer.writerows([at, f"{lon:.7f}", f"{lat:.7f}"] for at, (lon, lat) in enumerate(points))
    beatplan(program, "network", "matrix", network, "--points", listed, "-o", table_file)
    with open(table_file, encoding="utf-8", newline="") as file:
        return {(int(row["from"]), int(row["to"])): float(row["seconds"])
                for row in csv.DictReader(file) if row["seconds"]}


class Valhalla:
    """Valhalla's service on tiles of one extract."""

    def __init__(self, extract: Path, work: Path, cache: Path, speeds: Path | None):
        self.package = wheel(VALHALLA, "cp312", cache) / "valhalla"
        self.work = work
        (work / "tiles").mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        made = subprocess.run([sys.executable, self.package / "valhalla_build_config.py"], capture_output=True, text=True,
                              check=True)
        config = json.loads(made.stdout)
        config["logging"]["color"] = False
        for absent in ("tile_extract", "traffic_extract", "admin", "landmarks", "timezone", "transit_dir",
                       "transit_feeds_dir"):
            config["mjolnir"][absent] = ""
        config["mjolnir"]["tile_dir"] = str(work / "tiles")
        if speeds:
            config["mjolnir"]["default_speeds_config"] = str(speeds)
        config["httpd"]["service"].update(listen=f"tcp://127.0.0.1:{self.port}", loopback=f"ipc://{work}/loopback",
                                          interrupt=f"ipc://{work}/interrupt")
        for part in ("meili", "thor", "odin", "loki"):
            config[part].setdefault("service", {})["proxy"] = f"ipc://{work}/{part}"
        self.config = work / "valhalla.json"
        self.config.write_text(json.dumps(config))
        if not list((work / "tiles").rglob("*.gph")):
            run([self.package / "bin" / "valhalla_build_tiles", "-c", self.config, extract], work / "log.txt")

    def times(self, pairs: list) -> list:
        """For each pair of points: (seconds by speed alone, seconds in full), or None."""
        command = [self.package / "bin" / "valhalla_service", self.config, "1"]
        url = f"http://127.0.0.1:{self.port}"
        answers = []
        with service(command, self.port, self.work / "service.txt"):
            for start, end in pairs:
                answers.append(self.time(url, start, end))
        return answers

    def time(self, url: str, start: tuple, end: tuple):
        locations = [{"lon": lon, "lat": lat} for lon, lat in (start, end)]
        try:
            trip = ask(f"{url}/route", {"locations": locations, "costing": "auto", "units": "kilometers",
                                        "directions_type": "none"})["trip"]
            leg = trip["legs"][0]
            walk = ask(f"{url}/trace_attributes",
                       {"encoded_polyline": leg["shape"], "costing": "auto", "shape_match": "edge_walk",
                        "filters": {"attributes": ["edge.speed", "edge.length", "edge.source_percent_along",
                                                   "edge.target_percent_along"], "action": "include"}})
        except urllib.error.HTTPError:  # a pair without a path is left out
            return None
        edges = walk["edges"]
        seconds = sum(edge["length"] * (edge.get("target_percent_along", 1) - edge.get("source_percent_along", 0))
                      / max(edge["speed"], 1) * 3600 for edge in edges)
        return seconds, trip["summary"]["time"]


def osrm_times(extract: Path, work: Path, cache: Path, pairs: list) -> list:
    """Seconds of OSRM's stock car for each pair, or None."""
    package = wheel(OSRM, "abi3", cache)
    programs, profile = package / "osrm" / "bin", package / "osrm" / "share" / "profiles" / "car.lua"
    work.mkdir(parents=True, exist_ok=True)
    link = work / "map.osm.pbf"
    if not link.exists():
        link.symlink_to(extract.resolve())
        for tool, *arguments in (("extract", "-p", profile, "map.osm.pbf"), ("contract", "map.osrm")):
            run([programs / f"osrm-{tool}", *arguments], work / "log.txt", work)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    answers = []
    with service([programs / "osrm-routed", "--port", port, link.with_name("map.osrm")], port, work / "service.txt"):
        for start, end in pairs:
            where = ";".join(f"{lon:.7f},{lat:.7f}" for lon, lat in (start, end))
            try:
                answers.append(ask(f"{url}/route/v1/driving/{where}?overview=false")["routes"][0]["duration"])
            except urllib.error.HTTPError:
                answers.append(None)
    return answers


def quantiles(ratios: list) -> str:
    if len(ratios) < 10:
        return f"only {len(ratios)} pairs"
    tenths = statistics.quantiles(ratios, n=10)
    return f"{statistics.median(ratios):.2f} ({tenths[0]:.2f}–{tenths[-1]:.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("extracts", nargs="+", metavar="EXTRACT=REGION")
    parser.add_argument("--before", type=Path)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--work", type=Path, default=Path("judged"))
    parser.add_argument("--only-medians", action="store_true")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    os.environ["BEATPLAN_CACHE"] = str(work / "cache")
    medians, compared = [], []
    for text in arguments.extracts:
        path, region = text.rsplit("=", 1)
        extract = Path(path)
        name = extract.name.removesuffix(".osm.pbf")
        folder = work / name
        folder.mkdir(exist_ok=True)
        network = folder / "after.road"
        beatplan(arguments.program, "network", "build", extract, "-o", network)
        medians += [(name, region, *row) for row in median_table(arguments.program, network, region)]
        if arguments.only_medians:
            continue
        points = places(arguments.program, extract, folder, 2 * arguments.pairs)
        pairs = [(points[2 * at], points[2 * at + 1]) for at in range(arguments.pairs)]
        beatplan(arguments.program, "network", "build", extract, "-o", folder / "one-region.road", "--region", region)
        ours = beatplan_times(arguments.program, folder / "one-region.road", points, folder)
        after = [ours.get((2 * at, 2 * at + 1)) for at in range(arguments.pairs)]
        before = [None] * len(pairs)
        if arguments.before:
            old = folder / "before.road"
            beatplan(arguments.before, "network", "build", extract, "-o", old)
            times = beatplan_times(arguments.before, old, points, folder)
            before = [times.get((2 * at, 2 * at + 1)) for at in range(arguments.pairs)]
        say(f"{name}: Valhalla")
        speeds_file(region, folder / "speeds.json")
        same = Valhalla(extract, folder / "valhalla-same", work, folder / "speeds.json").times(pairs)
        stock = Valhalla(extract, folder / "valhalla-stock", work, None).times(pairs)
        try:
            osrm = osrm_times(extract, folder / "osrm", work, pairs)
        except Exception as error:  # noqa: BLE001
            say(f"OSRM: {error}")
            osrm = [None] * len(pairs)
        row = {"extract": name}

        def ratio(of: list, to: list) -> str:
            both = [a / b for a, b in zip(of, to) if a and b and b > 60]
            return quantiles(both)

        speed_only = [answer and answer[0] for answer in same]
        row["pairs"] = sum(1 for a, b in zip(after, speed_only) if a and b and b > 60)
        row["after"] = ratio(after, speed_only)
        row["valhalla in full"] = ratio([answer and answer[1] for answer in same], speed_only)
        row["before"] = ratio(before, speed_only)
        row["osrm"] = ratio(osrm, speed_only)
        row["valhalla stock"] = ratio([answer and answer[1] for answer in stock], speed_only)
        compared.append(row)
        (work / "pairs.json").write_text(json.dumps(compared, indent=1))
        with open(folder / "times.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["from", "to", "after", "before", "valhalla_speeds", "valhalla_full", "valhalla_stock", "osrm"])
            for at, pair in enumerate(pairs):
                writer.writerow([*pair, after[at], before[at], *(same[at] or (None, None)),
                                 stock[at] and stock[at][1], osrm[at]])
    print("| extract | class | density | km | median km/h | table | ratio |\n|---|---|---|---|---|---|---|")
    for name, region, kind, density, length, median, speed, ratio in medians:
        mark = "" if math.isclose(ratio, 1, abs_tol=0.1) else " **"
        print(f"| {name} | {kind} | {density} | {length} | {median} | {speed} | {ratio:.2f}{mark} |")
    if compared:
        print("\n| " + " | ".join(compared[0]) + " |\n|" + "---|" * len(compared[0]))
        for row in compared:
            print("| " + " | ".join(str(cell) for cell in row.values()) + " |")


main()
