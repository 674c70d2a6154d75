#!/usr/bin/env python3
"""The same cells with other solvers, beside ours: peers.py FOLDER OURS.json [--seconds S] [--json FILE]

OURS.json is what `cargo bench --bench toptw -- --seconds S --json OURS.json` wrote; its cells are solved with PyVRP and VROOM (`pip
install pyvrp pyvroom`), on one core: PyVRP for S seconds of processor time, VROOM for S seconds of the clock. Every plan is judged by FOLDER/check.py. Gaps are to the best
of the table of best known values, ours included.
"""
import argparse
import collections
import datetime
import json
import os
import time

import judge


def by_pyvrp(instance, tours, seconds):
    from pyvrp import Model

    model, n = Model(), instance["n"]
    points = [model.add_location(x=0, y=0) for _ in range(n + 1)]
    # A prize goes before any distance.
    prize = 1 + sum(max(row) for row in instance["dist"])
    depot = model.add_depot(points[0])
    for i in range(1, n + 1):
        model.add_client(
            points[i],
            service_duration=instance["service"][i],
            tw_early=instance["open"][i],
            tw_late=instance["close"][i],
            prize=instance["profit"][i] * prize,
            required=False,
        )
    model.add_vehicle_type(
        tours, start_depot=depot, end_depot=depot, tw_early=instance["open"][0], tw_late=instance["close"][0]
    )
    for i, row in enumerate(instance["dist"]):
        for j, d in enumerate(row):
            if i != j:
                model.add_edge(points[i], points[j], distance=d, duration=d)
    begun = time.process_time()
    best = model.solve(lambda *_: time.process_time() - begun >= seconds, seed=1, display=False).best
    if not best.is_feasible():
        return []
    return [[activity.idx + 1 for activity in route if activity.is_client()] for route in best.routes()]


def by_vroom(instance, tours, seconds):
    import numpy
    import vroom

    problem = vroom.Input()
    problem.set_durations_matrix("car", numpy.array(instance["dist"], dtype=numpy.uint32))
    end = instance["close"][0]
    for tour in range(tours):
        problem.add_vehicle(vroom.Vehicle(tour, start=0, end=0, time_window=(instance["open"][0], end)))
    for i in range(1, instance["n"] + 1):
        window = (instance["open"][i], min(instance["close"][i], end))
        if window[0] <= window[1]:
            problem.add_job(
                vroom.Job(
                    i, location=i, default_service=instance["service"][i], priority=instance["profit"][i], time_windows=[window]
                )
            )
    routes = problem.solve(exploration_level=5, nb_threads=1, timeout=datetime.timedelta(seconds=seconds)).to_dict()["routes"]
    return [[step["id"] for step in route["steps"] if step["type"] == "job"] for route in routes]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("ours")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--json")
    args = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    checker = judge.judge_of(args.folder)
    best, plans = {}, []
    gaps = collections.defaultdict(list)
    ours = json.load(open(args.ours))
    for plan in ours:
        cell = plan["instance"], plan["tours_max"]
        best[cell] = max(best.get(cell, 0), plan["best_known"], plan["profit"])
        gaps["beatplan"].append((cell, plan["profit"]))
    for name, solve in [("pyvrp", by_pyvrp), ("vroom", by_vroom)]:
        for cell in best:
            instance = checker.load(f"{args.folder}/instances/{cell[0]}.txt")
            begun = time.monotonic()
            tours = solve(instance, cell[1], args.seconds)
            found = checker.check(instance, cell[1], tours)
            assert found["ok"], (name, cell, found["errors"])
            seconds = time.monotonic() - begun
            plans.append({"solver": name, "instance": cell[0], "tours_max": cell[1], "seed": 1, "profit": found["profit"],
                          "seconds": seconds, "tours": tours})
            gaps[name].append((cell, found["profit"]))
            best[cell] = max(best[cell], found["profit"])
    print("| solver | plans | mean gap % |\n|---|---|---|")
    for name, found in gaps.items():
        mean = sum(100 * (1 - profit / best[cell]) for cell, profit in found) / len(found)
        print(f"| {name} | {len(found)} | {mean:.2f} |")
    if args.json:
        json.dump(plans, open(args.json, "w"))


if __name__ == "__main__":
    main()
