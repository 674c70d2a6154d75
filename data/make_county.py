#!/usr/bin/env python3
"""Makes the synthetic county `county/` beside this script: a map, an authority's list, a colleague's list, the truth.

    python3 -m venv venv && venv/bin/pip install osmium==4.3.2
    venv/bin/python data/make_county.py

Nothing in it is real: the county, its towns, streets, outlets, companies, people, numbers and dates are invented,
drawn from a seed, and the same every time. It lies where no such county is, on the mainland of China, so that
coordinates are shifted there as they are in real lists.

Written to `county/`:

- `county.osm.pbf`  roads, places, boundaries, a few house numbers and the few outlets such a map would know;
- `authority.csv`   3,000 rows as a regulator's spreadsheet saves them: GB18030, CRLF, a title above the header, a
                    totals row below, GCJ-02 coordinates, and every flaw that such lists have;
- `customers.xlsx`  the 400 outlets a colleague knows, in other words, with revenue and visits;
- `truth.csv`       what was meant: the outlet behind every row of both lists, and what is wrong with the row.
"""

import csv
import io
import math
import random
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import osmium
from osmium.osm import mutable

SEED = 20261124
LIST_ROWS = 3000
DUPLICATE_ROWS = 240
"""Rows of the authority's list that are a second entry of an outlet listed before."""
CUSTOMERS = 400
TODAY = date(2026, 11, 24)
CENTRE = (113.40, 28.95)
METRES_PER_DEGREE = 111_320.0

TOWNS = ["城关", "白水", "石桥", "柳河", "东山", "西林", "南坪", "北塘", "马店", "双溪", "茶岭", "云台"]
VILLAGE_FIRST = "上下大小新老东西南北前后金石"
VILLAGE_LAST = ["湾村", "坪村", "塘村", "冲村", "桥村", "岭村", "庄村", "河村", "井村", "坝村"]
STREETS_EAST = ["人民路", "建设路", "解放路", "中山路", "文化路", "滨河路"]
STREETS_NORTH = ["朝阳街", "和平街", "胜利街", "光明街", "幸福街", "团结街"]
CHAINS = ["康源", "仁济", "百草堂", "福寿堂", "济世", "民生"]
OWN_NAMES = ["惠民", "益康", "同心", "平安", "回春", "保和", "永安", "正和", "天德", "广济", "春和", "安泰", "祥和", "长生",
             "万福", "本草", "杏林", "泰和", "德仁", "瑞康"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
KINDS = {"pharmacy": "零售药店", "clinic": "诊所", "health_station": "村卫生室", "hospital": "乡镇卫生院"}
FULL_WIDTH = str.maketrans("0123456789.-:,", "０１２３４５６７８９．－：，")
BLOCK_M = 160.0
"""Length of a block of a town's grid of streets."""


@dataclass
class Outlet:
    number: int
    town: str
    kind: str
    name: str
    address: str
    lon: float
    lat: float
    license_no: str
    uscc: str
    phone: str
    hours: str
    village: str = ""
    brand: str = ""


class Map:
    """The objects of a map, numbered as they come."""

    def __init__(self):
        self.nodes, self.ways, self.relations = [], [], []
        self.at = {}

    def node(self, lon, lat, **tags):
        key = (round(lon, 7), round(lat, 7))
        if not tags and key in self.at:
            return self.at[key]
        number = len(self.nodes) + 1
        self.nodes.append((number, key, tags))
        if not tags:
            self.at[key] = number
        return number

    def way(self, points, **tags):
        number = len(self.ways) + 1
        self.ways.append((number, [self.node(*point) for point in points], tags))
        return number

    def write(self, path):
        path.unlink(missing_ok=True)
        header = osmium.io.Header()
        header.set("generator", "make_county.py")
        header.set("osmosis_replication_timestamp", "2026-10-01T00:00:00Z")
        with osmium.SimpleWriter(str(path), header=header) as out:
            for number, at, tags in self.nodes:
                out.add_node(mutable.Node(id=number, version=1, location=at, tags=tags))
            for number, nodes, tags in self.ways:
                out.add_way(mutable.Way(id=number, version=1, nodes=nodes, tags=tags))
            for number, members, tags in self.relations:
                out.add_relation(mutable.Relation(id=number, version=1, members=members, tags=tags))


def moved(lon, lat, east_m, north_m):
    """The point so many metres to the east and north."""
    return (lon + east_m / (METRES_PER_DEGREE * math.cos(math.radians(lat))), lat + north_m / METRES_PER_DEGREE)


def gcj02(lon, lat):
    """WGS-84 to GCJ-02, on the mainland of China."""
    a, e2 = 6378245.0, 0.00669342162296594323
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    phi = math.radians(lat)
    w = 1 - e2 * math.sin(phi) ** 2
    lat_step = north * 180 / (a * (1 - e2) / (w * math.sqrt(w)) * math.pi)
    lon_step = east * 180 / (a / math.sqrt(w) * math.cos(phi) * math.pi)
    return lon + lon_step, lat + lat_step


def bd09(lon, lat):
    """GCJ-02 to BD-09."""
    k = math.pi * 3000 / 180
    z = math.sqrt(lon * lon + lat * lat) + 0.00002 * math.sin(lat * k)
    theta = math.atan2(lat, lon) + 0.000003 * math.cos(lon * k)
    return z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006


def credit_code(rng):
    """A unified social credit code with its check character (GB 32100-2015)."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = "91439999MA" + "".join(rng.choice(alphabet) for _ in range(7))
    total = sum(alphabet.index(c) * pow(3, at, 31) for at, c in enumerate(body))
    return body + alphabet[(31 - total % 31) % 31]


def make_map_and_outlets(rng):
    """The roads, and the outlets along them."""
    county = Map()
    outlets = []
    towns = {}
    for at, town in enumerate(TOWNS):
        east, north = (at % 4 - 1.5) * 12_000, (at // 4 - 1) * 11_000
        towns[town] = moved(*CENTRE, east + rng.uniform(-1500, 1500), north + rng.uniform(-1500, 1500))
    add_boundaries(county)
    phones = iter(rng.sample(range(10_000, 99_999), 9_000))
    chain_uscc = {chain: credit_code(rng) for chain in CHAINS}
    chain_phone = {chain: f"0739-55{next(phones)}" for chain in CHAINS}
    branches = dict.fromkeys(CHAINS, 0)

    def add_outlet(town, kind, name, address, at, **more):
        number = len(outlets) + 1
        chain = more.pop("chain", "")
        uscc = chain_uscc[chain] if chain and rng.random() < 0.5 else credit_code(rng)
        phone = f"0739-55{next(phones)}" if rng.random() < 0.6 else f"1990000{next(phones) % 10_000:04d}"
        if chain and rng.random() < 0.3:
            phone = chain_phone[chain]
        prefix = {"pharmacy": "湘CB739", "clinic": "湘ZS739", "health_station": "湘WS739", "hospital": "湘YY739"}[kind]
        hours = {"pharmacy": ["08:00-21:00", "08:30-21:30", "08:00-22:00"],
                 "clinic": ["08:00-12:00,14:30-17:30", "08:30-12:00,14:00-18:00"],
                 "health_station": ["08:00-12:00,14:00-17:00"],
                 "hospital": ["24小时", "08:00-12:00,14:30-17:30"]}[kind]
        outlets.append(Outlet(number, town, kind, name, address, *at, f"{prefix}{number:05d}", uscc, phone,
                              rng.choice(hours), brand=chain, **more))

    for town, at in towns.items():
        size = 10 if town == TOWNS[0] else 6
        add_town(county, town, at, size)
        spots = [(line, row, side, number) for line in range(size) for row in "EN" for side in (0, 1)
                 for number in range(1, int((size - 1) * BLOCK_M / 20))]
        rng.shuffle(spots)
        names = set()
        # More outlets than a grid of 6 streets has shop fronts would be no town: about one front in four.
        for kind, count in (("pharmacy", size * 23), ("clinic", size * 12), ("hospital", 1)):
            for _ in range(count):
                line, row, side, number = spots.pop()
                street = street_name(row, line)
                along, across = number * 20.0, 12.0 if side else -12.0
                east, north = (along, line * BLOCK_M + across) if row == "E" else (line * BLOCK_M + across, along)
                half = (size - 1) * BLOCK_M / 2
                place = moved(*at, east - half, north - half)
                address = f"青溪县{town}镇{street}{number * 2 + side}号"
                if rng.random() < 0.12:
                    county.node(*place, **{"addr:housenumber": str(number * 2 + side), "addr:street": street,
                                           "addr:city": f"{town}镇"})
                chain = ""
                if kind == "hospital":
                    name = f"青溪县{town}镇中心卫生院"
                elif kind == "pharmacy" and rng.random() < 0.35:
                    chain = rng.choice(CHAINS)
                    branches[chain] += 1
                    name = f"青溪县{chain}大药房连锁有限公司第{branches[chain]}分店"
                else:
                    name = None
                    while name is None or name in names:
                        first = rng.choice(OWN_NAMES) if rng.random() < 0.7 else rng.choice(SURNAMES) + "氏"
                        own = first + (rng.choice(GIVEN) if rng.random() < 0.6 else "")
                        last = rng.choice(["大药房", "药店", "药房"]) if kind == "pharmacy" else "诊所"
                        name = f"{town}{own}{last}"
                    names.add(name)
                add_outlet(town, kind, name, address, place, chain=chain)
        villages = set()
        while len(villages) < 9:
            villages.add(rng.choice(VILLAGE_FIRST) + rng.choice(VILLAGE_LAST))
        for which, village in enumerate(sorted(villages)):
            bearing = which / 9 * 2 * math.pi + rng.uniform(-0.2, 0.2)
            reach = rng.uniform(1800, 4600)
            place = moved(*at, reach * math.sin(bearing), reach * math.cos(bearing))
            add_village(county, town, village, at, place)
            for station in range(rng.choice([1, 1, 2])):
                spot = moved(*place, rng.uniform(-120, 120), rng.uniform(-120, 120))
                name = f"{town}镇{village}{['', '第二'][station]}卫生室"
                add_outlet(town, "health_station", name, f"{town}镇{village}", spot, village=village)
    add_county_roads(county, towns)
    for outlet in rng.sample(outlets, 60):
        amenity = {"pharmacy": "pharmacy", "clinic": "clinic", "hospital": "hospital"}.get(outlet.kind, "doctors")
        county.node(outlet.lon, outlet.lat, amenity=amenity, name=outlet.name)
    return county, outlets


def street_name(row, line):
    names = STREETS_EAST if row == "E" else STREETS_NORTH
    return names[line % 6] if line < 6 else "新" + names[line % 6]


def add_town(county, town, at, size):
    half = (size - 1) * BLOCK_M / 2
    cross = [[moved(*at, col * BLOCK_M - half, row * BLOCK_M - half) for col in range(size)] for row in range(size)]
    for line in range(size):
        kind = "secondary" if line == size // 2 else "residential"
        county.way(cross[line], highway=kind, name=street_name("E", line))
        county.way([row[line] for row in cross], highway=kind, name=street_name("N", line))
    county.node(*moved(*at, 30, 30), place="town", name=f"{town}镇", population=str(30_000 if size > 6 else 9_000))


def add_village(county, town, village, town_at, at):
    ring = [moved(*at, *step) for step in ((-100, -100), (100, -100), (100, 100), (-100, 100), (-100, -100))]
    county.way(ring, highway="residential")
    half = BLOCK_M / 2
    corner = moved(*town_at, *(half if a >= b else -half for a, b in zip(at, town_at)))
    middle = ((corner[0] + ring[0][0]) / 2 + 0.002, (corner[1] + ring[0][1]) / 2)
    county.way([corner, middle, ring[0]], highway="unclassified", name=f"{village[:-1]}路")
    county.node(*at, place="village", name=village, population="800", **{"is_in": f"{town}镇"})


def add_county_roads(county, towns):
    """Roads between neighbours on the grid of towns, from street corner to street corner."""
    names = list(towns)
    corner = {town: moved(*at, BLOCK_M / 2, BLOCK_M / 2) for town, at in towns.items()}
    for at, town in enumerate(names):
        for other in ([at + 1] if at % 4 < 3 else []) + ([at + 4] if at < 8 else []):
            one, two = corner[town], corner[names[other]]
            middle = ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2 + 0.004)
            county.way([one, middle, two], highway="primary", ref=f"X{at:02d}{other:02d}")


def add_boundaries(county):
    """A box for the county and one for every town."""
    def box(west, south, east, north, level, name):
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        ring = [moved(*CENTRE, *corner) for corner in corners]
        way = county.way(ring, boundary="administrative", admin_level=str(level))
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": str(level), "name": name}
        county.relations.append((len(county.relations) + 1, [("w", way, "outer")], tags))

    box(-24_000, -16_500, 24_000, 16_500, 6, "青溪县")
    for at, town in enumerate(TOWNS):
        west, south = (at % 4) * 12_000 - 24_000, (at // 4) * 11_000 - 16_500
        box(west, south, west + 12_000, south + 11_000, 8, f"{town}镇")


HEADER = ["序号", "机构名称", "药品经营许可证编号", "统一社会信用代码", "机构类型", "经营地址", "联系电话", "经度", "纬度", "坐标系",
          "业务状态", "营业时间", "药店级别", "回款", "最近拜访", "法定代表人", "监管所"]
COLUMN = {name: at for at, name in enumerate(HEADER)}


def plain_row(rng, serial, outlet):
    """A row without a fault, in one of the many ways in which people write."""
    lon, lat = gcj02(outlet.lon, outlet.lat)
    datum = ""
    if rng.random() < 0.05:
        lon, lat = bd09(lon, lat)
        datum = "BD-09"
    place = [f"{lon:.6f}", f"{lat:.6f}"]
    if outlet.kind == "health_station" and rng.random() < 0.5 or rng.random() < 0.05:
        place, datum = ["", ""], ""
    visited = ""
    if rng.random() < 0.2:
        day = TODAY - timedelta(days=rng.randrange(1, 80))
        visited = rng.choice([day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"])
    hours = outlet.hours
    if rng.random() < 0.1:
        hours = hours.translate(FULL_WIDTH)
    elif rng.random() < 0.1 and hours[0] == "0":
        hours = "周一至周日 " + hours
    row = [str(serial), outlet.name, outlet.license_no, outlet.uscc, KINDS[outlet.kind], outlet.address, outlet.phone,
           *place, datum, rng.choices(["正常", "不合作", "休业", "倒闭", ""], [90, 3, 2, 2, 3])[0], hours,
           rng.choices(["A", "B", "C", "1", "2", "3", ""], [3, 6, 9, 1, 2, 3, 76])[0],
           f"{rng.uniform(200, 30_000):.2f}" if rng.random() < 0.15 else "", visited,
           rng.choice(SURNAMES) + rng.choice(GIVEN), f"{outlet.town}监管所"]
    if rng.random() < 0.05:
        for column in ("联系电话", "经度", "纬度"):
            row[COLUMN[column]] = row[COLUMN[column]].translate(FULL_WIDTH)
    return row


def second_entry(rng, row, outlet):
    """The same outlet as somebody else wrote it down; returns the row and in which way it differs."""
    row = list(row)
    way = rng.choice(["license", "phone", "place"])
    name = outlet.name.replace("青溪县", "").replace("连锁有限公司", "").replace("大药房", rng.choice(["大药房", "药房"]))
    row[COLUMN["机构名称"]] = name if name != outlet.name else name.replace("镇", "")
    if way != "license":
        row[COLUMN["药品经营许可证编号"]] = ""
        row[COLUMN["统一社会信用代码"]] = ""
    if way == "place":
        row[COLUMN["联系电话"]] = ""
    if way != "license" or rng.random() < 0.5:
        lon, lat = gcj02(*moved(outlet.lon, outlet.lat, rng.uniform(-35, 35), rng.uniform(-35, 35)))
        row[COLUMN["经度"]], row[COLUMN["纬度"]], row[COLUMN["坐标系"]] = f"{lon:.5f}", f"{lat:.5f}", ""
    row[COLUMN["经营地址"]] = outlet.address.replace("青溪县", "")
    row[COLUMN["营业时间"]] = row[COLUMN["最近拜访"]] = row[COLUMN["回款"]] = row[COLUMN["药店级别"]] = ""
    return row, f"duplicate_{way}"


REJECTED = [
    ("经度", "113.4O21"), ("纬度", ""), ("药店级别", "D"), ("最近拜访", "2026-13-05"), ("最近拜访", "昨天"), ("回款", "一万二"),
    ("统一社会信用代码", "9.14399E+17"), ("营业时间", "看情况"), ("业务状态", "装修中"), ("联系电话", "1.99E+10"),
    ("药品经营许可证编号", "7.39E+12"),
]
"""A value that makes a row useless, by column."""


def make_list(rng, outlets):
    """The authority's rows, and the truth about each."""
    listed = outlets[:LIST_ROWS - DUPLICATE_ROWS]
    rng.shuffle(listed)
    rows = [(plain_row(rng, 0, outlet), outlet, "") for outlet in listed]
    for _ in range(DUPLICATE_ROWS):
        row, outlet, _ = rng.choice([r for r in rows[:len(listed)] if r[0][COLUMN["经度"]] and not r[2]])
        entry, how = second_entry(rng, row, outlet)
        rows.append((entry, outlet, how))
    rng.shuffle(rows)
    sound = [at for at, (_, _, flaw) in enumerate(rows) if not flaw]
    for at, (column, value) in zip(rng.sample(sound, len(REJECTED) * 3), REJECTED * 3):
        row, outlet, _ = rows[at]
        if not row[COLUMN["经度"]]:
            lon, lat = gcj02(outlet.lon, outlet.lat)
            row[COLUMN["经度"]], row[COLUMN["纬度"]] = f"{lon:.6f}", f"{lat:.6f}"
        row[COLUMN[column]] = value
        rows[at] = (row, outlet, f"rejected {column}")
    sound = [at for at, (row, _, flaw) in enumerate(rows) if not flaw and row[COLUMN["经度"]]]
    swapped, ragged, nameless, check_digit, broken_cell = (
        [sound.pop(rng.randrange(len(sound))) for _ in range(4)] for _ in range(5))
    for at in swapped:
        row, outlet, _ = rows[at]
        row[COLUMN["经度"]], row[COLUMN["纬度"]] = row[COLUMN["纬度"]], row[COLUMN["经度"]]
        rows[at] = (row, outlet, "swapped 纬度")
    for at in ragged:
        row, outlet, _ = rows[at]
        rows[at] = (row[:12], outlet, "rejected")
    for at in nameless:
        row, outlet, _ = rows[at]
        row[COLUMN["机构名称"]] = ""
        rows[at] = (row, outlet, "nameless")
    for at in check_digit:
        row, outlet, _ = rows[at]
        code = row[COLUMN["统一社会信用代码"]]
        row[COLUMN["统一社会信用代码"]] = code[:-1] + ("0" if code[-1] != "0" else "1")
        rows[at] = (row, outlet, "check_digit 统一社会信用代码")
    for at in broken_cell:
        row, outlet, _ = rows[at]
        row[COLUMN["经营地址"]] = row[COLUMN["经营地址"]] + "\n（一楼）"
        rows[at] = (row, outlet, "line_break")
    for serial, (row, _, _) in enumerate(rows, 1):
        row[0] = str(serial)
    return rows


def write_list(path, rows, truth):
    """GB18030 with CRLF; two rows above the header, a second header and blank rows in between, totals below."""
    blank = [""] * len(HEADER)
    lines = [["青溪县药品经营企业及医疗机构名录（2026年10月）"] + blank[1:], blank, HEADER]
    for at, (row, outlet, flaw) in enumerate(rows):
        if at == 1500:
            lines += [blank, HEADER]
        lines.append(row)
        truth.append(("authority.csv", len(lines), outlet.number, flaw))
    total = sum(float(row[COLUMN["回款"]]) for row, _, flaw in rows
                if len(row) == len(HEADER) and row[COLUMN["回款"]] and "回款" not in flaw)
    lines.append(["合计", f"{len(rows)}家"] + blank[2:COLUMN["回款"]] + [f"{total:.2f}"] + blank[COLUMN["回款"] + 1:])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    path.write_bytes(text.getvalue().encode("gb18030"))


def write_customers(path, rng, outlets, truth):
    """A workbook of one sheet, as a colleague keeps it: short names, Baidu's coordinates, real dates and numbers."""
    header = ["客户编号", "店名", "电话", "地址", "经度", "纬度", "客户等级", "销售额", "最近拜访", "拜访频次", "老板生日", "备注"]
    rows = [header]
    shops = [outlet for outlet in outlets if outlet.kind in ("pharmacy", "clinic")]
    for at, outlet in enumerate(rng.sample(shops, CUSTOMERS), 1):
        name = outlet.name.replace("青溪县", "").replace("连锁有限公司", "")
        lon, lat = bd09(*gcj02(*moved(outlet.lon, outlet.lat, rng.uniform(-30, 30), rng.uniform(-30, 30))))
        day = TODAY - timedelta(days=rng.randrange(1, 60))
        phone = outlet.phone if rng.random() < 0.8 else ""
        rows.append([f"K{at:04d}", name, phone, outlet.address.replace("青溪县", ""), round(lon, 6), round(lat, 6),
                     rng.choice(["", "", "A", "B", "C"]), round(rng.paretovariate(1.2) * 900, 2), day,
                     rng.choice([7, 14, 14, 28]), f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日",
                     rng.choice(["", "", "货架在门口", "下午人少"])])
        truth.append(("customers.xlsx", len(rows), outlet.number, ""))
    path.write_bytes(workbook("客户", rows))


def workbook(sheet_name, rows):
    """An Office Open XML workbook of one sheet with inline texts."""
    def cell(value):
        if isinstance(value, date):
            return f'<c s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        if isinstance(value, (int, float)):
            return f"<c><v>{value}</v></c>"
        text = value.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>' if text else "<c/>"

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
        f'<sheets><sheet name="{sheet_name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(zipfile.ZipInfo(name, (2026, 10, 1, 0, 0, 0)), head + text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def main():
    rng = random.Random(SEED)
    folder = Path(__file__).parent / "county"
    folder.mkdir(exist_ok=True)
    county, outlets = make_map_and_outlets(rng)
    county.write(folder / "county.osm.pbf")
    truth = []
    listed = list(outlets)
    assert len(listed) >= LIST_ROWS - DUPLICATE_ROWS, f"{len(listed)} outlets are too few"
    rows = make_list(rng, rng.sample(listed, len(listed)))
    write_list(folder / "authority.csv", rows, truth)
    write_customers(folder / "customers.xlsx", rng, outlets, truth)
    with open(folder / "truth.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["file", "row", "outlet", "flaw"])
        writer.writerows(truth)


if __name__ == "__main__":
    main()
