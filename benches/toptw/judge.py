#!/usr/bin/env python3
"""Lets the instances' own judge look at plans: judge.py FOLDER PLANS.json…

FOLDER holds instances/*.txt and check.py; PLANS.json is what `cargo bench --bench toptw -- --json` or peers.py wrote. Prints how
many plans are right; exits 1 if any breaks a rule or is worth something else than it says.
"""
import importlib.util
import json
import sys
from pathlib import Path


def judge_of(folder):
    spec = importlib.util.spec_from_file_location("judge", Path(folder) / "check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def faults(judge, folder, plan, instances={}):
    name = plan["instance"]
    if name not in instances:
        instances[name] = judge.load(str(Path(folder) / "instances" / f"{name}.txt"))
    found = judge.check(instances[name], plan["tours_max"], plan["tours"])
    if found["profit"] != plan["profit"]:
        found["errors"].append(f"worth {found['profit']}, said to be {plan['profit']}")
    return found["errors"]


def main():
    folder, files = sys.argv[1], sys.argv[2:]
    judge = judge_of(folder)
    plans = [plan for file in files for plan in json.load(open(file))]
    wrong = 0
    for plan in plans:
        errors = faults(judge, folder, plan)
        wrong += bool(errors)
        for error in errors:
            print(f"{plan['instance']} with {plan['tours_max']} tours, seed {plan['seed']}: {error}")
    print(f"{len(plans) - wrong} of {len(plans)} plans are right")
    sys.exit(1 if wrong or not plans else 0)


if __name__ == "__main__":
    main()
