#!/usr/bin/env python3
"""Makes territories for a night: as many as asked for, derived from extracts of Malta, the Isle of Man and Porto.

    python3 -m venv venv && venv/bin/pip install osmium==4.3.2
    venv/bin/python benches/nights/make_territories.py night --count 100
    beatplan batch night/territories --date 2026-11-25 --out plans

Written: `OUT/maps/*.osm.pbf`, `OUT/territories/<id>.toml` and `OUT/territories/lists/<id>.csv`, `<id>-visits.csv`.
Territory 17 is the same whether 100 are made or 3,000, and the same for the same seed, extracts and release of `osmium`.

Each territory has a home on a road, 100 to 400 prospects on the roads around it, one to three representatives, shifts,
a policy and a log of visits. Outlets that the map has there are among the prospects, with the name, kind and hours the map
gives them; all others, and everything about them as customers, are invented as in `data/make_demo.py`, whose day it is:
plan 25 November 2026. Map data © OpenStreetMap contributors, ODbL 1.0.
"""

import argparse
import hashlib
import math
import random
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import osmium

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "data"))
import make_demo  # noqa: E402

DRIVEN = {
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street",
}
"""Classes of `highway` that join places."""
LIVED_ON = {"primary", "secondary", "tertiary", "unclassified", "residential", "living_street"}
"""Classes of `highway` that homes and outlets stand on."""
CELL_DEGREES = 0.01
KM_PER_DEGREE = 111.2

PROSPECTS = (100, 400)
KINDS = [("pharmacy", 0.6), ("clinic", 0.2), ("doctors", 0.12), ("chemist", 0.06), ("hospital", 0.02)]
HOURS = [
    "", "", "", "", "Mo-Fr 09:00-18:00", "Mo-Sa 08:30-12:30,15:30-19:00", "Mo-Fr 08:00-13:00", "Mo-Sa 09:00-19:30",
    "24/7", "Mo,We,Fr 14:00-18:00", "Mo-Fr 07:30-16:00; Sa 08:00-12:00",
]
SHIFTS = ["09:00-18:00", "08:30-17:30", "08:00-17:00", "09:00-17:00", "10:00-19:00"]
LUNCHES = [
    "", 'lunch = { minutes = 45, between = "11:30-14:00" }', 'lunch = { minutes = 60, between = "12:00-14:00" }',
    'lunch = { minutes = 30, between = "12:00-13:30" }',
]
INTERVALS = [
    "interval_days = { service = { A = 14, B = 28, C = 56 }, conversion = { interested = 10, quoted = 10, hesitating = 14,"
    " other = 60 }, long_term = 42 }",
    "interval_days = { service = { A = 10, B = 20, C = 40 }, conversion = { other = 90 }, long_term = 28 }",
    "",
]
"""The last are the program's own, which ask for more than most of these representatives can do."""
POLICIES = [
    [],
    ["tier_weight = { A = 6 }"],
    ["tier_weight = { A = 8, C = 1 }"],
    ["travel_cost_per_hour = 3", "visits_max = 12"],
    ['default_hours = { clinic = "Mo-Fr 08:00-12:00,14:30-17:30" }', "visits_max = 18"],
    ["visit_minutes = { known = 15, first_call = 20, by_outlet_type = { hospital = { known = 30, first_call = 30 } } }"],
    ['avoided_hours = { doctors = "12:00-14:00" }', "due_after = 0.8"],
    ["visit_minutes = { known = 35, first_call = 25 }", "visits_max = 20"],
    ["urgency_cap = 4", "promise_urgency = 4", "travel_max_minutes = 180"],
]

SHARES = {"malta": 3, "isle-of-man": 2, "porto": 3}
"""Of so many territories so many are on each map."""


@dataclass
class Place:
    """What is where on one map."""

    name: str
    extract: str
    country: str
    timezone: str
    radius_km: tuple
    modes: list
    words: dict
    surnames: list
    holidays: str = ""


PLACES = [
    Place("malta", "data/malta/malta.osm.pbf", "Malta", "Europe/Malta", (4, 11), ["car", "car", "car", "ebike"],
          {"pharmacy": "{} Pharmacy", "chemist": "{} Chemists", "clinic": "{} Clinic", "doctors": "Dr {}",
           "hospital": "{} Hospital"},
          "Abela Agius Borg Camilleri Cassar Debono Ellul Farrugia Galea Grech Mifsud Pace Spiteri Vella Zammit".split(),
          "holidays = [2026-12-08, 2026-12-13, 2026-12-25]"),
    Place("isle-of-man", "../shared/data/extracts/isle-of-man-2020.osm.pbf", "Isle of Man", "Europe/Isle_of_Man", (8, 18),
          ["car"],  # its towns are joined by trunk roads, which no e-bike may use
          {"pharmacy": "{} Pharmacy", "chemist": "{} Chemist", "clinic": "{} Clinic", "doctors": "{} Surgery",
           "hospital": "{} Hospital"},
          "Callister Christian Corlett Cowley Crellin Faragher Kelly Kermode Kinrade Moore Quayle Quirk Skillicorn".split()),
    Place("porto", "../shared/data/extracts/porto-metro.osm.pbf", "Porto", "Europe/Lisbon", (4, 12), ["car", "car", "car", "ebike"],
          {"pharmacy": "Farmácia {}", "chemist": "Parafarmácia {}", "clinic": "Clínica {}", "doctors": "Consultório {}",
           "hospital": "Hospital {}"},
          "Almeida Barbosa Carvalho Costa Ferreira Gomes Lopes Marques Martins Moreira Pinto Rocha Sousa Teixeira".split(),
          "holidays = [2026-12-01, 2026-12-08, 2026-12-25]"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--count", type=int, default=100, metavar="N", help="how many territories [%(default)s]")
    parser.add_argument("--extracts", default="", metavar="NAME=FILE,…",
                        help="other extracts than " + ", ".join(f"{p.name}={p.extract}" for p in PLACES))
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other territories [%(default)s]")
    args = parser.parse_args()
    extracts = {place.name: PROJECT / place.extract for place in PLACES}
    for pair in filter(None, args.extracts.split(",")):
        name, given, path = pair.partition("=")
        if not given or name not in extracts:
            parser.error(f"--extracts: found {pair!r}, expected NAME=FILE with a name of {', '.join(extracts)}")
        extracts[name] = Path(path)
    for name, path in list(extracts.items()):
        if path.is_file():
            continue
        if f"{name}=" in args.extracts:
            parser.error(f"--extracts: {path}: there is no such file")
        print(f"{path}: there is no such extract; nothing is made of {name}", file=sys.stderr)
        del extracts[name]
    places = [place for place in PLACES if place.name in extracts]
    if not places:
        parser.error("there is no extract to make territories of; name one with --extracts")

    began = time.monotonic()
    (args.out / "maps").mkdir(parents=True, exist_ok=True)
    (args.out / "territories" / "lists").mkdir(parents=True, exist_ok=True)
    maps = []
    for place in places:
        shutil.copyfile(extracts[place.name], args.out / "maps" / f"{place.name}.osm.pbf")
        maps.append(Map(place, extracts[place.name]))
    prospects = sum(write_territory(args.out / "territories", maps, args.seed, i) for i in range(args.count))
    print(f"{args.count} territories with {prospects:,} prospects in {time.monotonic() - began:.0f} s: "
          f"{args.out / 'territories'}")


# --- The map ------------------------------------------------------------------------------------


class Map:
    """Roads and outlets of one extract, by cells of a hundredth of a degree."""

    def __init__(self, place, extract):
        self.place = place
        self.addresses, networks = read_roads(extract)
        self.network = {at: networks[at] for at in self.addresses}
        self.at_home = sorted(self.addresses)
        self.cells = {}
        for at in self.at_home:
            self.cells.setdefault(cell(at), []).append(at)
        self.outlets = make_demo.read_outlets(str(extract), place.country)

    def around(self, home, radius_km):
        """Places on the roads that one can drive to from `home`, at most so far away as the crow flies."""
        reach = math.ceil(radius_km / (KM_PER_DEGREE * CELL_DEGREES * shrink(home)))
        column, row = cell(home)
        (lon, lat), narrow, limit = home, shrink(home), (radius_km / KM_PER_DEGREE) ** 2
        return [
            at
            for x in range(column - reach, column + reach + 1)
            for y in range(row - reach, row + reach + 1)
            for at in self.cells.get((x, y), ())
            if ((at[0] - lon) * narrow) ** 2 + (at[1] - lat) ** 2 <= limit and self.network[at] == self.network[home]
        ]


def read_roads(extract):
    """Places along the streets with the streets' names, and a number for each that those share which roads join.

    Places in networks of less than a tenth of all are left out: yards, and roads cut off by the edge of the map.
    """
    streets, root = {}, {}

    def find(at):
        while root.setdefault(at, at) != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for way in osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations().with_filter(
            osmium.filter.EntityFilter(osmium.osm.WAY)):
        kind = way.tags.get("highway")
        barred = {way.tags.get(key) for key in ("access", "vehicle", "motor_vehicle", "bicycle")} & {"no", "private"}
        if kind not in DRIVEN or barred:
            continue
        line = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        for a, b in zip(line, line[1:]):
            root[find(a)] = find(b)
        if kind in LIVED_ON:
            streets.update(dict.fromkeys(line, way.tags.get("name", "")))
    size = {}
    for at in streets:
        size[find(at)] = size.get(find(at), 0) + 1
    large = {at: name for at, name in streets.items() if size[find(at)] * 10 >= len(streets)}
    return large, {at: find(at) for at in large}


def cell(at):
    return math.floor(at[0] / CELL_DEGREES), math.floor(at[1] / CELL_DEGREES)


def shrink(at):
    """A degree of longitude over a degree of latitude."""
    return math.cos(math.radians(at[1]))


def distance_km(a, b):
    return KM_PER_DEGREE * math.hypot((a[0] - b[0]) * shrink(a), a[1] - b[1])


# --- A territory --------------------------------------------------------------------------------


class Outlet(make_demo.Outlet):
    """An outlet whose inventions are those of one territory: the same shop of the map may be in many."""

    salt = ""

    def draw(self, what):
        digest = hashlib.sha256(f"{self.salt} {self.id} {what}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48


def write_territory(folder, maps, seed, number):
    """Territory `number`; returns how many prospects it has."""
    chance = random.Random(f"{seed} {number}")
    the_map = chance.choices(maps, [SHARES[one.place.name] for one in maps])[0]
    place, wanted = the_map.place, chance.randint(*PROSPECTS)
    name = f"{place.name}-{number:05}"
    mode = chance.choice(place.modes)
    while True:
        home = chance.choice(the_map.at_home)
        radius_km = chance.uniform(3, 6) if mode == "ebike" else chance.uniform(*place.radius_km)
        around = the_map.around(home, radius_km)
        if len(around) >= 3 * wanted:
            break

    outlets = mapped_outlets(the_map, home, radius_km, chance)[:wanted]
    for at in chance.sample(around, wanted - len(outlets)):
        outlets.append(invented_outlet(name, len(outlets) + 1, at, the_map, chance))
    for outlet in outlets:
        outlet.salt = f"{seed} {number}"
    make_demo.invent_business(outlets)
    make_demo.invent_tiers(outlets)
    visits = [visit for outlet in outlets for visit in make_demo.invent_visits(outlet)]
    visits.sort(key=lambda v: (v["visited_on"], v["id"]))
    if chance.random() < 0.6:
        make_demo.invent_promises(outlets)

    reps = [rep(place, home, mode, chance)]
    for _ in range(chance.choices([0, 1, 2], [6, 3, 1] if wanted < 250 else [2, 5, 3])[0]):
        reps.append(rep(place, chance.choice(around), mode, chance, taken={r["name"] for r in reps}))
    columns = list(make_demo.COLUMNS)
    if len(reps) > 1 and chance.random() < 0.5:
        columns.append("rep")
        for outlet in outlets:
            if outlet.draw("whose") < 0.4:
                nearest = min(reps, key=lambda r: distance_km(r["home"], (outlet.lon, outlet.lat)))
                outlet.row["rep"] = nearest["name"]
    make_demo.write_csv(folder / "lists" / f"{name}.csv", columns, [o.row for o in outlets])
    make_demo.write_csv(folder / "lists" / f"{name}-visits.csv", ["id", "visited_on", "outcome", "note"], visits)
    (folder / f"{name}.toml").write_text(territory_file(name, place, reps, chance), encoding="utf-8")
    return len(outlets)


def mapped_outlets(the_map, home, radius_km, chance):
    """Outlets of the map within the radius that stand by a road of the same network; a few are missing from every list."""
    found = []
    for known in the_map.outlets:
        at = known.lon, known.lat
        column, row = cell(at)
        beside = [
            road for x in range(column - 1, column + 2) for y in range(row - 1, row + 2)
            for road in the_map.cells.get((x, y), ())
            if the_map.network[road] == the_map.network[home] and distance_km(at, road) < 0.15
        ]
        if distance_km(home, at) <= radius_km and beside and chance.random() < 0.9:
            found.append(Outlet(known.osm_type, known.osm_id, *at, known.tags, dict(known.row)))
    return found


def invented_outlet(territory, number, at, the_map, chance):
    """An outlet up to 30 m beside the road at `at`."""
    kind = chance.choices([k for k, _ in KINDS], [share for _, share in KINDS])[0]
    surname, street = chance.choice(the_map.place.surnames), the_map.addresses[at]
    title = the_map.place.words[kind].format(surname)
    lon = at[0] + chance.uniform(-0.0003, 0.0003)
    lat = at[1] + chance.uniform(-0.0002, 0.0002)
    outlet = Outlet(territory, number, lon, lat, {"name": title})
    outlet.row = dict.fromkeys(make_demo.COLUMNS, "")
    outlet.row.update(
        id=f"P{number:03}",
        name=f"{title}, {street}" if street else f"{title} {number}",
        lon=f"{lon:.6f}",
        lat=f"{lat:.6f}",
        outlet_type=kind,
        address=f"{street} {chance.randint(1, 180)}" if street else "",
        phone=f"+000 {chance.randint(1000, 9999)} {chance.randint(1000, 9999)}" if chance.random() < 0.7 else "",
        status="open",
        opening_hours=chance.choice(HOURS),
        source="invented",
        source_date="2026-10-01",
    )
    outlet.id = outlet.row["id"]
    return outlet


def rep(place, home, mode, chance, taken=()):
    """A representative; the surname is one that nobody of the team has."""
    names = [f"{first} {last}" for first in ("Ana", "Jo", "Kim", "Max") for last in place.surnames]
    return {
        "name": chance.choice([name for name in names if name not in taken]),
        "home": home,
        "mode": mode if chance.random() < 0.9 else "car",
        "shift": chance.choice(SHIFTS),
        "lunch": chance.choice(LUNCHES),
    }


def territory_file(name, place, reps, chance):
    lines = [
        "# Invented for a bench. Map data © OpenStreetMap contributors, ODbL 1.0.",
        f'name = "{name}"',
        f'osm = "../maps/{place.name}.osm.pbf"',
        f'timezone = "{place.timezone}"',
        *filter(None, [place.holidays]),
        "",
        "[[prospects]]",
        f'file = "lists/{name}.csv"',
        "",
        "[visits]",
        f'file = "lists/{name}-visits.csv"',
    ]
    for r in reps:
        lines += [
            "",
            "[[rep]]",
            f'name = "{r["name"]}"',
            f'home = [{r["home"][0]:.6f}, {r["home"][1]:.6f}]',
            f'mode = "{r["mode"]}"',
            f'shift = "{r["shift"]}"',
            *filter(None, [r["lunch"]]),
        ]
    policy = [line for line in [chance.choices(INTERVALS, [5, 4, 1])[0], *chance.choice(POLICIES)] if line]
    if len(reps) > 1 and chance.random() < 0.4:
        policy.append("balance = 0.1")
    if policy:
        lines += ["", "[policy]", *policy]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
