#!/usr/bin/env python3
"""Makes a large road network of a small one: copies of an extract side by side, joined by a few roads.

    python3 -m venv venv && venv/bin/pip install osmium==4.3.2
    venv/bin/python benches/peers/replicate.py porto-metro.osm.pbf 4 4 porto-4x4.osm.pbf

Every node, way and relation is there once a copy, tags and all; a turn restriction refers to its own copy's roads.
Ids are numbered anew from 1, in the order of the extract's own, so that they stay small whatever the number of
copies (some readers keep 34 bits of an id). The copies stand in a grid whose middle is where the extract is,
COPIES_X of them west to east and COPIES_Y south to north; each is shifted in degrees, so one farther from the
equator is a little narrower on the ground. The result is sorted by type and id.

Neighbours are joined by LINKS two-way roads, each between the outermost points of the two copies in one band of
the side they share. Such a point lies on a two-way public road of the extract's largest network, so that the whole
is one network to drive on, too.

Memory is for the extract, not for the copies: 80 MB for each MB of `.osm.pbf`. Takes about 6 s a million OSM nodes.
"""

import argparse
import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import osmium

LINKS = 4
"""Roads between one copy and the next."""
GAP = 20_000
"""Between the boxes of two copies, in units of 1e-7 degrees: some 200 m."""
LATITUDE_MAX = 850_000_000
LONGITUDE_MAX = 1_800_000_000
THOROUGHFARES = {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential"}
"""Classes of road to which a link may be tied."""
RESTRAINTS = {"oneway", "access", "vehicle", "motor_vehicle", "motorcar", "junction", "toll", "barrier"}
"""Tags that make a road no place for a link."""


@dataclass
class Extract:
    """An extract in memory, with its ids replaced by their ranks from 1; absent objects that are mentioned have one."""

    nodes: list
    """(id, x, y, tags), x and y in 1e-7 degrees."""
    ways: list
    """(id, refs, tags)."""
    relations: list
    """(id, members, tags); a member is (type, id, role)."""
    counts: dict
    """How many ids there are of each type: "n", "w", "r"."""


def read(path: Path) -> Extract:
    """All of `path`, sorted, with new ids."""
    nodes, ways, relations = [], [], []
    for thing in osmium.FileProcessor(str(path)):
        tags = {tag.k: tag.v for tag in thing.tags} if thing.tags else {}
        if thing.is_node():
            if thing.location.valid():
                nodes.append((thing.id, thing.location.x, thing.location.y, tags))
        elif thing.is_way():
            ways.append((thing.id, [node.ref for node in thing.nodes], tags))
        elif thing.is_relation():
            relations.append((thing.id, [(m.type, m.ref, m.role) for m in thing.members], tags))
    if not nodes:
        sys.exit(f"{path}: has no nodes, so there is nothing to copy")

    mentioned = {"n": {n[0] for n in nodes}, "w": {w[0] for w in ways}, "r": {r[0] for r in relations}}
    for _, refs, _ in ways:
        mentioned["n"].update(refs)
    for _, members, _ in relations:
        for kind, ref, _ in members:
            mentioned[kind].add(ref)
    rank = {kind: {old: new for new, old in enumerate(sorted(ids), 1)} for kind, ids in mentioned.items()}
    return Extract(
        nodes=sorted(((rank["n"][i], x, y, tags) for i, x, y, tags in nodes), key=lambda node: node[0]),
        ways=sorted(((rank["w"][i], [rank["n"][ref] for ref in refs], tags) for i, refs, tags in ways),
                    key=lambda way: way[0]),
        relations=sorted(
            ((rank["r"][i], [(kind, rank[kind][ref], role) for kind, ref, role in members], tags)
             for i, members, tags in relations), key=lambda relation: relation[0]),
        counts={kind: len(ids) for kind, ids in rank.items()},
    )


def network_of_thoroughfares(extract: Extract) -> set:
    """The nodes of the largest network that two-way public roads alone make."""
    parent = {}

    def root(node):
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    present = {node[0] for node in extract.nodes}
    for _, refs, tags in extract.ways:
        if tags.get("highway") in THOROUGHFARES and not RESTRAINTS & tags.keys():
            for tail, head in zip(refs, refs[1:]):
                if tail in present and head in present:
                    parent[root(tail)] = root(head)
    if not parent:
        sys.exit("the extract has no two-way public road to tie its copies to one another with")
    largest = Counter(root(node) for node in parent).most_common(1)[0][0]
    return {node for node in parent if root(node) == largest}


def outermost(places: list, along: int, outward: int) -> list:
    """One (id, x, y) for each of LINKS bands across coordinate `along`: the farthest in the direction `outward`.

    Bands hold equally many places, so that none is empty.
    """
    across = 3 - along
    ordered = sorted(places, key=lambda place: (place[along], place[0]))
    size = -(-len(ordered) // LINKS)
    bands = [ordered[at:at + size] for at in range(0, len(ordered), size)]
    return [max(band, key=lambda place: (outward * place[across], place[0])) for band in bands]


def replicate(extract: Extract, columns: int, rows: int, out: Path) -> dict:
    """Writes `columns` × `rows` copies to `out`; returns how many nodes, ways and relations there are."""
    xs, ys = [node[1] for node in extract.nodes], [node[2] for node in extract.nodes]
    pitch_x, pitch_y = max(xs) - min(xs) + GAP, max(ys) - min(ys) + GAP
    west, south = -(columns // 2) * pitch_x, -(rows // 2) * pitch_y
    if (min(xs) + west < -LONGITUDE_MAX or max(xs) + west + (columns - 1) * pitch_x > LONGITUDE_MAX
            or min(ys) + south < -LATITUDE_MAX or max(ys) + south + (rows - 1) * pitch_y > LATITUDE_MAX):
        sys.exit(f"{columns} × {rows} copies do not fit on the globe; give fewer, or a grid of another shape")

    grid = [(column, row) for row in range(rows) for column in range(columns)]
    places = network_of_thoroughfares(extract)
    places = [(i, x, y) for i, x, y, _ in extract.nodes if i in places]
    facing = {
        (1, 0): list(zip(outermost(places, 2, +1), outermost(places, 2, -1))),
        (0, 1): list(zip(outermost(places, 1, +1), outermost(places, 1, -1))),
    }
    counts, written = extract.counts, Counter()

    def tell(stage, done):
        if done == len(grid) or done % 10 == 0:
            print(f"{stage}: {done} of {len(grid)} copies", file=sys.stderr, flush=True)

    header = osmium.io.Header()
    header.set("generator", "beatplan benches/peers/replicate.py")
    header.set("sorting", "Type_then_ID")
    writer = osmium.SimpleWriter(osmium.io.File(str(out), "osm.pbf"), overwrite=True, header=header)
    node, way, relation = osmium.osm.mutable.Node(), osmium.osm.mutable.Way(), osmium.osm.mutable.Relation()
    for copy, (column, row) in enumerate(grid):
        shift, east, north = copy * counts["n"], west + column * pitch_x, south + row * pitch_y
        for i, x, y, tags in extract.nodes:
            node.id, node.location, node.tags = i + shift, ((x + east) / 1e7, (y + north) / 1e7), tags
            writer.add_node(node)
        written["nodes"] += len(extract.nodes)
        tell("nodes", copy + 1)
    for copy in range(len(grid)):
        shift, node_shift = copy * counts["w"], copy * counts["n"]
        for i, refs, tags in extract.ways:
            way.id, way.nodes, way.tags = i + shift, [ref + node_shift for ref in refs], tags
            writer.add_way(way)
        written["ways"] += len(extract.ways)
        tell("ways", copy + 1)
    for copy, (column, row) in enumerate(grid):
        for (right, up), pairs in facing.items():
            if column + right < columns and row + up < rows:
                neighbour = copy + right + up * columns
                for tail, head in pairs:
                    written["links"] += 1
                    way.id = len(grid) * counts["w"] + written["links"]
                    way.nodes = [tail[0] + copy * counts["n"], head[0] + neighbour * counts["n"]]
                    way.tags = {"highway": "primary", "name": f"Link {written['links']}"}
                    writer.add_way(way)
    for copy in range(len(grid)):
        for i, members, tags in extract.relations:
            relation.id, relation.tags = i + copy * counts["r"], tags
            relation.members = [(kind, ref + copy * counts[kind], role) for kind, ref, role in members]
            writer.add_relation(relation)
        written["relations"] += len(extract.relations)
    writer.close()
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("extract", type=Path, metavar="EXTRACT.osm.pbf")
    parser.add_argument("columns", type=int, metavar="COPIES_X")
    parser.add_argument("rows", type=int, metavar="COPIES_Y")
    parser.add_argument("out", type=Path, metavar="OUT.osm.pbf")
    args = parser.parse_args()
    if args.columns < 1 or args.rows < 1:
        parser.error("there must be at least one copy each way")
    partial = args.out.with_name(args.out.name + ".partial")
    written = replicate(read(args.extract), args.columns, args.rows, partial)
    os.replace(partial, args.out)
    print(f"{args.out}: " + ", ".join(f"{count:,} {what}" for what, count in written.items()), file=sys.stderr)


if __name__ == "__main__":
    main()
