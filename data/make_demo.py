#!/usr/bin/env python3
"""Makes the demo territories `malta/` and `gozo/` beside this script from an OpenStreetMap extract of Malta.

    python3 -m venv venv && venv/bin/pip install osmium==4.3.2
    venv/bin/python data/make_demo.py malta-latest.osm.pbf

The extract is tests/fixtures/malta-latest.osm.pbf of the crate `osm-io` 0.3.0 on crates.io
(6,016,219 bytes, SHA-256 d106d5270bd92c9c78f5eb1a1458d3f691f52c05d2408493da80137e5a18707d); `malta/malta.osm.pbf`
is a plain copy of it and serves as well. Any other extract of Malta makes a demo of its own day.

Written: `malta/{malta.osm.pbf, prospects.csv, visits.csv}` and `gozo/{gozo.osm.pbf, prospects.csv}`. The
`territory.toml` of both are written by hand and not touched.

What is real and what is invented: everything about the outlets as shops (name, place, address, phone, opening
hours, kind) is copied from the map; everything about them as customers (stage, tier, revenue, visits, promises)
is invented. Inventions are drawn from a hash of the outlet's OpenStreetMap id, so the same extract gives the
same files, byte for byte (the .osm.pbf for the same release of `osmium`).
"""

import csv
import hashlib
import shutil
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import osmium

# --- What the demo looks like -----------------------------------------------------------------

TODAY = date(2026, 11, 24)
"""The evening the demo is set on; its visits lie before, and the README plans the day after, a Wednesday."""
HISTORY_DAYS = 60
"""How far back visits go."""
GOZO = (14.17, 35.99, 14.355, 36.10)
"""West, south, east, north of the small territory: the islands of Gozo and Comino and the channel."""

STAGES = [
    ("customer", 0.30), ("interested", 0.06), ("hesitating", 0.05), ("quoted", 0.04),
    ("lost", 0.03), ("not_soon", 0.04), ("never", 0.03), ("blank", 0.45),
]
"""Shares of the stages, in the order in which outlets are given them."""
INTERVAL_DAYS = {
    "A": 7, "B": 14, "C": 28,
    "interested": 3, "hesitating": 7, "quoted": 5, "lost": 21, "not_soon": 21, "never": 60,
}
"""Days between visits, as in the program's default policy; for customers by tier, for others by stage."""
OBJECTIONS = [
    "price is too high", "wants to be the only one in town to stock it", "says it sells slowly",
    "wants to pay after 60 days", "bound to a wholesaler until spring", "had expired stock left the last time",
]
OUTCOMES = {
    "interested": [("interested", "asked for samples"), ("interested", "wants to see the leaflet")],
    "hesitating": [("undecided", "will talk to the partner"), ("undecided", "compares with another brand")],
    "quoted": [("quoted", "left a quotation"), ("interested", "wants prices")],
    "lost": [("no_order", "buys elsewhere now")],
    "not_soon": [("not_now", "ask again in spring"), ("not_now", "shelves are full")],
    "never": [("refused", "does not see representatives")],
}
CUSTOMER_OUTCOMES = [
    ("order", ""), ("order", "usual order"), ("order", "took the new size"), ("no_order", "stock is enough"),
]
ABSENT = ("absent", "the pharmacist was out")

KINDS = ["pharmacy", "clinic", "doctors", "hospital"]
"""Values of `amenity` that make an outlet; `shop=chemist` is the fifth kind."""
STREETS = {
    "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "pedestrian",
    "service",
}
"""Classes of `highway` that an outlet without a name may be said to be near."""

COLUMNS = (
    "id name lon lat outlet_type address phone status tier stage followup_type potential revenue visited_on "
    "interval_days min_gap_days next_action_date must_visit appointment leeway_minutes call_block_from "
    "call_block_until visit_minutes opening_hours source source_date note"
).split()
"""The program's columns but `rep`, which would be empty: any representative may serve any outlet."""


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    extract, here = Path(sys.argv[1]), Path(__file__).parent
    malta, gozo = here / "malta", here / "gozo"
    malta.mkdir(exist_ok=True)
    gozo.mkdir(exist_ok=True)

    whole = malta / "malta.osm.pbf"
    if not (whole.exists() and whole.samefile(extract)):
        shutil.copyfile(extract, whole)
    cut(whole, gozo / "gozo.osm.pbf", GOZO)

    outlets = read_outlets(whole)
    islands = [o for o in outlets if not o.inside(GOZO)], [o for o in outlets if o.inside(GOZO)]
    for island in islands:
        invent_business(island)
    invent_tiers(outlets)
    visits = [visit for outlet in outlets for visit in invent_visits(outlet)]
    for island in islands:
        invent_promises(island)

    write_csv(malta / "prospects.csv", COLUMNS, [o.row for o in outlets])
    write_csv(gozo / "prospects.csv", COLUMNS, [o.row for o in islands[1]])
    visits.sort(key=lambda v: (v["visited_on"], v["id"]))
    write_csv(malta / "visits.csv", ["id", "visited_on", "outcome", "note"], visits)


# --- The real part: outlets of the map --------------------------------------------------------


@dataclass
class Outlet:
    """A row of the list in the making."""

    osm_type: str
    osm_id: int
    lon: float
    lat: float
    tags: dict
    row: dict = field(default_factory=dict)

    def __post_init__(self):
        self.id = f"{self.osm_type}/{self.osm_id}"

    def inside(self, box):
        west, south, east, north = box
        return west <= self.lon <= east and south <= self.lat <= north

    def draw(self, what):
        """A number in [0, 1) that depends on nothing but the outlet and `what` it is drawn for."""
        digest = hashlib.sha256(f"{self.id} {what}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48

    def pick(self, what, choices):
        return choices[int(self.draw(what) * len(choices))]


def read_outlets(path, country="Malta"):
    """Every outlet of the extract in order of its id, with the columns that the map fills; `country` is the place of
    those that lie in no municipality."""
    outlets, councils, streets = [], [], []
    areas = osmium.filter.TagFilter(("type", "multipolygon"), ("type", "boundary"))
    processor = osmium.FileProcessor(path).with_areas(areas).with_filter(osmium.filter.EmptyTagFilter())
    for it in processor:
        tags = {tag.k: tag.v for tag in it.tags}
        is_outlet = tags.get("amenity") in KINDS or tags.get("shop") == "chemist"
        if it.is_node() and is_outlet:
            outlets.append(Outlet("node", it.id, it.location.lon, it.location.lat, tags))
        elif it.is_area() and is_outlet:
            kind = "way" if it.from_way() else "relation"
            outlets.append(Outlet(kind, it.orig_id(), *centroid(outer_rings(it)), tags))
        elif it.is_area() and tags.get("boundary") == "administrative" and tags.get("admin_level") == "8":
            councils.append((tags.get("name:en") or tags["name"], outer_rings(it)))
        elif it.is_way() and len(tags.get("name", "")) > 3 and tags.get("highway") in STREETS:
            streets.append((tags["name"], [(n.lon, n.lat) for n in it.nodes if n.location.valid()]))
    day = osmium.io.Reader(path).header().get("osmosis_replication_timestamp")[:10]
    outlets.sort(key=lambda o: (["node", "way", "relation"].index(o.osm_type), o.osm_id))
    for outlet in outlets:
        describe(outlet, councils, streets, day, country)
    return outlets


def describe(outlet, councils, streets, day, country):
    """Fills the columns that come from the map."""
    tags, row = outlet.tags, dict.fromkeys(COLUMNS, "")
    place = next((name for name, rings in councils if any(contains(r, outlet) for r in rings)), country)
    kind = tags["amenity"] if tags.get("amenity") in KINDS else "chemist"
    street = " ".join(filter(None, [tags.get("addr:housenumber"), tags.get("addr:street")]))
    town = " ".join(filter(None, [tags.get("addr:city") or place, tags.get("addr:postcode")]))
    row.update(
        id=outlet.id,
        name=tags.get("name", ""),
        lon=f"{outlet.lon:.7f}",
        lat=f"{outlet.lat:.7f}",
        outlet_type=kind,
        address=f"{street}, {town}" if street else "",
        phone=tags.get("phone") or tags.get("contact:phone", ""),
        status="open",
        opening_hours=tags.get("opening_hours", ""),
        source="OpenStreetMap",
        source_date=day,
    )
    if not row["name"]:
        shown = {"doctors": "Doctor's practice"}.get(kind, kind.capitalize())
        row["name"] = f"{shown} near {nearest(streets, outlet)}, {place}"
        row["note"] = "the map gives no name"
    outlet.row = row


def outer_rings(area):
    return [[(n.lon, n.lat) for n in ring] for ring in area.outer_rings()]


def centroid(rings):
    """Centre of mass of closed rings of (lon, lat), in the plane; good enough for a building."""
    (x0, y0), mass, x, y = rings[0][0], 0.0, 0.0, 0.0
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:]):
            ax, ay, bx, by = ax - x0, ay - y0, bx - x0, by - y0
            cross = ax * by - bx * ay
            mass, x, y = mass + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    return x0 + x / (3 * mass), y0 + y / (3 * mass)


def contains(ring, at):
    """Whether the outlet `at` lies inside a closed ring: the crossing-number test."""
    inside = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:]):
        if (ay > at.lat) != (by > at.lat) and at.lon < (bx - ax) * (at.lat - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def nearest(streets, at):
    """Name of the street closest to the outlet `at`."""
    shrink = 0.81  # a degree of longitude over a degree of latitude at 36° north

    def squared_distance(line):
        best = 1.0
        for (ax, ay), (bx, by) in zip(line, line[1:]):
            ax, ay, bx, by = (ax - at.lon) * shrink, ay - at.lat, (bx - at.lon) * shrink, by - at.lat
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            t = min(1.0, max(0.0, -(ax * dx + ay * dy) / length)) if length else 0.0
            best = min(best, (ax + t * dx) ** 2 + (ay + t * dy) ** 2)
        return best

    near = (s for s in streets if abs(s[1][0][0] - at.lon) < 0.02 and abs(s[1][0][1] - at.lat) < 0.02)
    return min((squared_distance(line), name) for name, line in near)[1]


# --- The invented part: outlets as customers --------------------------------------------------


def invent_business(island):
    """Stage, status, revenue, potential and special wishes; for each island apart, so that both have some of all."""

    def ranked(what, among):
        return sorted(among, key=lambda o: o.draw(what))

    shop_first = sorted(island, key=lambda o: o.draw("stage") + (0.0 if sells_medicines(o) else 0.35))
    share, given = 0.0, 0
    for stage, part in STAGES:
        share += part
        upto = round(share * len(island))
        for outlet in shop_first[given:upto]:
            outlet.row["stage"] = stage
        given = upto

    for outlet in island:
        row = outlet.row
        if row["stage"] == "customer":
            row["revenue"] = round(70 / (0.08 + outlet.draw("turnover"))) * 10
        else:
            row["potential"] = outlet.pick("potential", ["0.5", "0.8", "", "", "1.2", "1.5", "2"])
        if row["stage"] == "lost":
            row["followup_type"] = "conversion" if outlet.draw("followup") < 0.5 else "long_term"
        if row["stage"] not in ("customer", "blank") and outlet.draw("objection") < 0.6:
            add_note(row, outlet.pick("objection text", OBJECTIONS))
        if row["outlet_type"] == "hospital":
            row["visit_minutes"] = 30
        if row["opening_hours"] == "closed":
            row["status"] = "closed"
            add_note(row, "closed according to the map")

    quiet = ranked("status", [o for o in island if o.row["status"] == "open" and not o.row["opening_hours"]])
    few = max(1, len(island) // 75)
    for outlet in quiet[:few]:
        outlet.row["status"] = "suspended"
        add_note(outlet.row, "shut for renovation")
    if len(island) > 50:
        for outlet in quiet[few : 2 * few]:
            outlet.row["status"] = "uncooperative"
            add_note(outlet.row, "asked us not to come")
        outlet = quiet[2 * few]
        outlet.row["status"] = "closed"
        add_note(outlet.row, "shop is empty")


def sells_medicines(outlet):
    return outlet.row["outlet_type"] in ("pharmacy", "chemist")


def invent_tiers(outlets):
    """Tiers as the trade cuts them: A the first half of all revenue, B the next 35 %, C the rest."""
    customers = [o for o in outlets if o.row["stage"] == "customer"]
    customers.sort(key=lambda o: (-o.row["revenue"], o.id))
    total, before = sum(o.row["revenue"] for o in customers), 0
    for outlet in customers:
        outlet.row["tier"] = "A" if before * 100 < total * 50 else "B" if before * 100 < total * 85 else "C"
        before += outlet.row["revenue"]


def invent_visits(outlet):
    """The visits of the last weeks to one outlet, newest first; the newest is its `visited_on`."""
    row = outlet.row
    if row["stage"] == "blank":
        return []
    if row["stage"] == "customer" and outlet.draw("interval") < 0.15:
        row["interval_days"] = INTERVAL_DAYS[row["tier"]] * outlet.pick("interval days", [3, 6]) // 4
    interval = row["interval_days"] or INTERVAL_DAYS[row["tier"] or row["stage"]]
    if row["stage"] == "customer" and outlet.draw("gap") < 0.15:
        row["min_gap_days"] = interval // 2 + 1

    # From a fifth of the interval ago to twice the interval: some are not due, some due, most overdue.
    elapsed = round(interval * (0.2 + 1.8 * outlet.draw("elapsed")))
    day = workday(TODAY - timedelta(days=min(max(elapsed, 1), HISTORY_DAYS - 1)))
    row["visited_on"] = day.isoformat()
    visits, most = [], 8 if row["stage"] == "customer" else 3
    while day >= TODAY - timedelta(days=HISTORY_DAYS) and len(visits) < most:
        said = outlet.pick(day, CUSTOMER_OUTCOMES if row["stage"] == "customer" else OUTCOMES[row["stage"]])
        if visits and outlet.draw(f"absent {day}") < 0.1:
            said = ABSENT
        visits.append(dict(id=outlet.id, visited_on=day.isoformat(), outcome=said[0], note=said[1]))
        day = workday(day - timedelta(days=max(2, round(interval * (0.8 + 0.5 * outlet.draw(f"before {day}"))))))
    return visits


def workday(day):
    """`day`, or the Saturday before where it is a Sunday."""
    return day - timedelta(days=1) if day.weekday() == 6 else day


def invent_promises(island):
    """Promised dates, a must-visit or two, an appointment on the day after `TODAY`, a call block."""
    for outlet in island:
        stage = outlet.row["stage"]
        if stage == "quoted" or stage == "interested" and outlet.draw("promise") < 0.4:
            day = TODAY + timedelta(days=int(outlet.draw("promised day") * 14) - 4)
            if day.isoformat() <= outlet.row["visited_on"] or day.weekday() == 6:
                day = TODAY + timedelta(days=2)
            outlet.row["next_action_date"] = day.isoformat()

    def choose(what, count, stages):
        """`count` open shops with a name, in one of `stages`, that were given nothing of the kind yet."""
        free = [
            o for o in island
            if o.row["stage"] in stages and o.row["status"] == "open" and sells_medicines(o) and "name" in o.tags
            and not (o.row["must_visit"] or o.row["appointment"] or o.row["call_block_from"])
        ]
        return sorted(free, key=lambda o: o.draw(what))[:count]

    big = len(island) > 50
    for outlet in choose("must visit", 2 if big else 1, ["customer"]):
        outlet.row["must_visit"] = "true"
        add_note(outlet.row, "bring the return form for expired stock")
    for outlet in choose("appointment", 1, ["customer", "interested", "hesitating", "quoted"]):
        hour = "10:30" if big else "11:00"
        outlet.row["appointment"] = f"{TODAY + timedelta(days=1)}T{hour}"
        outlet.row["leeway_minutes"] = 15
        add_note(outlet.row, "appointment with the owner")
    for outlet in choose("call block", 1, ["customer"]):
        outlet.row["call_block_from"] = (TODAY - timedelta(days=4)).isoformat()
        outlet.row["call_block_until"] = (TODAY + timedelta(days=12)).isoformat()
        add_note(outlet.row, "stocktaking")


def add_note(row, text):
    row["note"] = f"{row['note']}; {text}" if row["note"] else text


# --- Files ------------------------------------------------------------------------------------


def write_csv(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def cut(source, target, box):
    """Cuts `box` out of a sorted extract so that nothing inside it is torn at the border.

    Kept are the nodes inside, the ways with a node inside, and the relations with a member kept (or nested in such
    a relation), each way with all its nodes, each multipolygon, boundary and turn restriction with all its members.
    """
    west, south, east, north = box
    nodes, ways, relations = set(), set(), set()
    for node in osmium.FileProcessor(source, osmium.osm.NODE):
        if west <= node.lon <= east and south <= node.lat <= north:
            nodes.add(node.id)
    inside = frozenset(nodes)
    way_nodes = {}
    for way in osmium.FileProcessor(source, osmium.osm.WAY):
        way_nodes[way.id] = [node.ref for node in way.nodes]
        if not inside.isdisjoint(way_nodes[way.id]):
            ways.add(way.id)
    inside = {"n": inside, "w": frozenset(ways), "r": relations}
    members = {}
    for relation in osmium.FileProcessor(source, osmium.osm.RELATION):
        members[relation.id] = relation.tags.get("type"), [(m.type, m.ref) for m in relation.members]
    before = -1
    while before < len(relations):
        before = len(relations)
        relations.update(r for r, (_, refs) in members.items() if any(ref in inside[kind] for kind, ref in refs))
    for relation in relations:
        kind, refs = members[relation]
        if kind in ("multipolygon", "boundary", "restriction"):
            ways.update(ref for member, ref in refs if member == "w")
            nodes.update(ref for member, ref in refs if member == "n")
    for way in ways:
        nodes.update(way_nodes.get(way, []))

    original, header = osmium.io.Reader(source).header(), osmium.io.Header()
    header.set("generator", "beatplan data/make_demo.py")
    header.set("sorting", "Type_then_ID")
    header.set("osmosis_replication_timestamp", original.get("osmosis_replication_timestamp"))
    header.add_box(osmium.osm.Box(*box))
    kept = {"n": nodes, "w": ways, "r": relations}
    target.unlink(missing_ok=True)
    with osmium.SimpleWriter(target, header=header) as writer:
        for it in osmium.FileProcessor(source):
            if it.id in kept[it.type_str()]:
                writer.add(it)


if __name__ == "__main__":
    main()
