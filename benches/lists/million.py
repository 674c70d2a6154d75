#!/usr/bin/env python3
"""A province in two lists: a million rows checked, merged and indexed; seconds and memory.

    cargo build --release && python3 benches/lists/million.py [--rows 1000000] [--repeats 3] [--folder DIR]

Drawn from a seed: an authority's list (GB18030, GCJ-02) of six rows in ten, with licence and credit code, and a map
vendor's list (UTF-8, GCJ-02) of the other four, three quarters of which are outlets of the first in other words. They
lie in towns, as dense as real ones. `check` reads and checks every cell; `merge` does so too, indexes all rows,
compares the likely pairs and writes the merged list.
"""

import argparse
import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[2]
RUN_ONCE = PROJECT / "benches/peers/run_once.py"
SHARED = 0.75
"""Share of the second list that is in the first."""
BRANDS = ["康源", "仁济", "百草堂", "福寿堂", "济世", "民生", "老百姓家", "同心", "惠民", "益康", "平安", "回春", "保和", "永安",
          "天德", "广济", "春和", "安泰", "祥和", "万福"]
LETTERS = "安宝昌德恩福光和嘉康利美宁平庆瑞盛泰祥兴雅益永裕元正志中"
TOWNS = [first + last for first in "白青石柳东西南北马双茶云金玉龙凤新长" for last in ("水", "桥", "河", "山", "坪", "塘", "店", "溪")]
STREETS = ["人民路", "建设路", "解放路", "中山路", "文化路", "滨河路", "朝阳街", "和平街", "胜利街", "光明街", "幸福街", "团结街"]
CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(rng):
    body = "91439999MA" + "".join(rng.choices(CODE, k=7))
    total = sum(CODE.index(c) * pow(3, at, 31) for at, c in enumerate(body))
    return body + CODE[(31 - total % 31) % 31]


def outlets(rng, count):
    """Names, towns, addresses, positions, numbers."""
    for number in range(count):
        town = number % len(TOWNS) + len(TOWNS) * (number // 40_000)
        centre = (110.0 + town % 30 * 0.12, 26.0 + town // 30 * 0.11)
        brand = rng.choice(BRANDS)
        chain = rng.random() < 0.3
        own = "".join(rng.choices(LETTERS, k=2))
        name = f"{brand}大药房连锁有限公司{TOWNS[town % len(TOWNS)]}第{number % 997}分店" if chain else \
            f"{TOWNS[town % len(TOWNS)]}{own}{rng.choice(['药店', '药房', '大药房', '诊所'])}"
        address = f"{TOWNS[town % len(TOWNS)]}镇{rng.choice(STREETS)}{rng.randrange(1, 400)}号"
        lon, lat = rng.gauss(centre[0], 0.02), rng.gauss(centre[1], 0.02)
        yield name, address, lon, lat, f"19{rng.randrange(10**9):09d}", f"CB{number:08d}", credit_code(rng)


def write_lists(folder, rows):
    rng = random.Random(20261124)
    first = rows * 6 // 10
    second = rows - first
    shared = int(second * SHARED)
    authority, vendor = folder / "authority.csv", folder / "vendor.csv"
    with open(authority, "w", encoding="gb18030", newline="") as one, open(vendor, "w", encoding="utf-8", newline="") as two:
        one, two = csv.writer(one), csv.writer(two)
        one.writerow(["机构名称", "许可证编号", "统一社会信用代码", "机构类型", "经营地址", "联系电话", "经度", "纬度", "业务状态",
                      "营业时间", "监管所"])
        two.writerow(["name", "address", "phone", "lon", "lat", "outlet_type", "category"])
        every = first / shared
        for number, (name, address, lon, lat, phone, license_no, uscc) in enumerate(outlets(rng, first + second - shared)):
            kind = "诊所" if name.endswith("诊所") else "零售药店"
            if number < first:
                one.writerow([name, license_no, uscc, kind, address, phone, f"{lon:.6f}", f"{lat:.6f}", "正常",
                              "08:00-12:00,14:00-18:00", "监管一所"])
            if number >= first or number % every < 1:
                short = name.replace("连锁有限公司", "").replace("大药房", rng.choice(["大药房", "药房"]))
                near = (lon + rng.gauss(0, 2e-4), lat + rng.gauss(0, 2e-4)) if number < first else (lon, lat)
                two.writerow([short, address.split("镇")[1], phone if rng.random() < 0.5 else "", f"{near[0]:.6f}",
                              f"{near[1]:.6f}", "clinic" if kind == "诊所" else "pharmacy", "医疗保健"])
    return authority, vendor


def run(command, folder):
    log = folder / "log"
    log.unlink(missing_ok=True)
    told = subprocess.run([sys.executable, "-I", "-S", RUN_ONCE, log, *map(str, command)], stdout=subprocess.PIPE)
    # Rows at fault end with exit code 1; what the program has to say is in the log.
    if not told.stdout:
        sys.exit(log.read_text())
    return json.loads(told.stdout), log.read_text(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--program", type=Path, default=PROJECT / "target/release/beatplan")
    parser.add_argument("--folder", type=Path, help="where the lists are kept from one run to the next")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        lists = folder / "authority.csv", folder / "vendor.csv"
        if not all(file.exists() for file in lists):
            lists = write_lists(folder, args.rows)
        commands = {
            "check": ["prospects", "check", *lists, "--datum", "gcj02"],
            "merge": ["prospects", "merge", *lists, "--datum", "gcj02", "-o", folder / "merged.csv"],
        }
        print("| command | wall, s | processor, s | peak memory, MiB |\n|---|---|---|---|")
        for name, command in commands.items():
            runs = [run([args.program, *command], folder) for _ in range(args.repeats)]
            medians = [statistics.median(taken[key] for taken, _ in runs) for key in ("wall_s", "cpu_s", "peak_mib")]
            print(f"| {name} | {medians[0]:.1f} | {medians[1]:.1f} | {medians[2]:.0f} |")
            print("\n".join(f"    {line}" for line in runs[0][1].splitlines()[-12:]), file=sys.stderr)


if __name__ == "__main__":
    main()
