"""Asks OSRM's Python bindings for tables; run by peer_osrm.py with a Python that can import them.

Takes the folder of the bindings as its argument and a question as JSON on standard input; gives {size: answer} as
JSON. Processor time is that of the call alone: neither HTTP nor JSON nor a Python list is made of the table.
"""

import json
import statistics
import sys
import time

sys.path.insert(0, sys.argv[1])
import osrm  # noqa: E402  (it is in the folder just named)

question = json.load(sys.stdin)
engine = osrm.OSRM(algorithm="CH", storage_config=question["data"], use_shared_memory=False,
                   max_locations_distance_table=max(question["sizes"]))
answers = {}
for size in question["sizes"]:
    parameters = osrm.TableParameters(coordinates=[tuple(point) for point in question["points"][:size]])
    durations = engine.Table(parameters)["durations"]
    cells = len(durations) * len(durations[0])
    walls, cpus = [], []
    for _ in range(question["repeats"]):
        wall, cpu = time.perf_counter(), time.process_time()
        engine.Table(parameters)
        walls.append((time.perf_counter() - wall) * 1e3)
        cpus.append((time.process_time() - cpu) * 1e3)
    answers[size] = {"wall_ms": statistics.median(walls), "cpu_ms": statistics.median(cpus),
                     "repeats": question["repeats"], "cells": cells}
json.dump(answers, sys.stdout)
