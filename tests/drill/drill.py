#!/usr/bin/env python3
"""The long fault drill of `beatplan batch`: kills, signals, a full disk, broken territories; and whether all ends as it should.

    benches/nights/make_territories.py night --count 100
    tests/drill/drill.py --beatplan target/release/beatplan --territories night/territories --out drill

Every night begins with the plans of the night before in place, as it would be. It is compared with an undisturbed one: all
folders byte for byte, the report but for `run` and `seconds`. Prints a row for each check; exit code 1 if one failed, 2 for wrong
use. Linux only. The disk is filled up on a small tmpfs where mounting is allowed (root); else by `ulimit -f`, and that is said.
"""

import argparse
import csv
import filecmp
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import break_territories

DATE, NIGHT_BEFORE = "2026-11-25", "2026-11-24"
REPORTS = ["batch-report.html", "batch-report.json"]
KILLS_PER_NIGHT = 5
TERM_LIMIT_S = 5.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--beatplan", type=Path, required=True, metavar="PROGRAM")
    parser.add_argument("--territories", type=Path, required=True, metavar="FOLDER", help="good ones, all of which can be planned")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="for all nights; an earlier one is replaced")
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="kill -9 at so many random moments [%(default)s]")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other moments [%(default)s]")
    parser.add_argument("--effort", default="quick", help="of all plans [%(default)s]")
    parser.add_argument("--only", default="", metavar="NAME,…", help="only these parts: " + ", ".join(PARTS))
    args = parser.parse_args()
    unknown = set(filter(None, args.only.split(","))) - set(PARTS)
    if not args.beatplan.is_file() or not args.territories.is_dir() or unknown:
        parser.error("--beatplan is a program, --territories a folder, --only names parts: " + ", ".join(PARTS))
    drill = Drill(args)
    drill.undisturbed()
    for name in args.only.split(",") if args.only else PARTS:
        PARTS[name](drill)
    return drill.tell()


class Drill:
    """What all parts share: the program, the undisturbed night, and what was found."""

    def __init__(self, args):
        self.program = args.beatplan.resolve()
        self.territories, self.effort, self.kills = args.territories, args.effort, args.kills
        self.chance = random.Random(args.seed)
        self.out = args.out
        self.cache = args.out / "cache"
        self.rows = []
        if self.out.exists():
            shutil.rmtree(self.out)
        self.out.mkdir(parents=True)

    # --- Batches ---------------------------------------------------------------------------------

    def command(self, out, *more, date=DATE, cache=None, paths=None):
        return [self.program, "--cache", cache or self.cache, "batch", *(paths or [self.territories]), "--out", out,
                "--date", date, "--effort", self.effort, *more]

    def start(self, out, *more, **settings):
        """A batch in a process group of its own."""
        return subprocess.Popen([str(word) for word in self.command(out, *more, **settings)], start_new_session=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, out, *more, **settings):
        """A batch to its end: exit code, what it printed, and seconds."""
        began = time.monotonic()
        process = self.start(out, *more, **settings)
        stdout, stderr = process.communicate()
        return process.returncode, stdout + stderr, time.monotonic() - began

    def night(self, name):
        """A folder with the plans of the night before."""
        out = self.out / name
        shutil.copytree(self.out / "before", out)
        return out

    def undisturbed(self):
        self.run(self.out / "before", date=NIGHT_BEFORE)
        self.reference = self.night("undisturbed")
        exit_code, said, self.seconds = self.run(self.reference)
        self.exit_code = exit_code
        self.ids = self.ids_of(self.reference)
        report = self.report(self.reference)
        totals = report["totals"]
        wrong = [] if exit_code in (0, 1) and not totals["failed"] and not totals["not_reached"] else [f"exit {exit_code}: {said}"]
        wrong += self.leftovers(self.reference)
        if any(entry["since"] is None for entry in report["territories"]):
            wrong.append("the night before is not compared with")
        self.row("undisturbed", f"{len(self.ids)} territories in {self.seconds:.1f} s, exit {exit_code}", wrong)
        if wrong:
            self.tell()
            sys.exit(1)
        sample = self.chance.sample(report["territories"], min(5, len(self.ids)))
        wrong = []
        for entry in sample:
            single = self.out / "single" / entry["territory"]
            subprocess.run([self.program, "--cache", self.cache, "plan", entry["file"], "--date", DATE, "--effort", self.effort,
                            "--out", single, "--quiet"], stdout=subprocess.DEVNULL, check=False)
            wrong += differences(self.reference / entry["territory"], single)
        self.row("the same as `beatplan plan`", f"{len(sample)} territories", wrong)

    # --- What is compared ------------------------------------------------------------------------

    def report(self, out):
        return json.loads((out / "batch-report.json").read_text(encoding="utf-8"))

    def as_undisturbed(self, out, exit_code=None):
        """What is different in a finished night."""
        wrong = self.leftovers(out)
        for id in self.ids:
            wrong += differences(self.reference / id, out / id)
            # The night after compares with it.
            wrong += differences(self.reference / ".beatplan/previous" / id, out / ".beatplan/previous" / id)
        reports = [without_clock(self.report(folder)) for folder in (self.reference, out)]
        for key in reports[0] | reports[1]:
            if reports[0].get(key) != reports[1].get(key):
                wrong.append(f"{out}/batch-report.json: {key} differs{first_difference(reports[0].get(key), reports[1].get(key))}")
        if exit_code not in (None, self.exit_code):
            wrong.append(f"{out}: exit {exit_code}, not {self.exit_code}")
        return wrong

    def leftovers(self, out, ids=None):
        """What should not be there, or not once, in the folder of a night that is over."""
        ids = self.ids_of(out) if ids is None else ids
        wrong = [f"{path} was left" for path in out.rglob(".beatplan-*")]
        wrong += [f"{out}/.beatplan/{name} was left" for name in ("tmp", "networks") if (out / ".beatplan" / name).exists()]
        found = sorted(entry.name for entry in out.iterdir() if entry.name != ".beatplan")
        if found != sorted(ids + REPORTS):
            wrong.append(f"{out} holds {sorted(set(found) ^ set(ids + REPORTS))} too much or not")
        noted = sorted(entry.name for entry in (out / ".beatplan/journal").iterdir())
        if noted != [f"{id}.json" for id in ids]:
            wrong.append(f"the journal of {out} has {len(noted)} entries for {len(ids)} territories")
        told = [entry["territory"] for entry in self.report(out)["territories"]]
        if len(set(told)) != len(told):
            wrong.append(f"{out}/batch-report.json tells of a territory twice")
        return wrong

    def ids_of(self, out):
        return sorted(entry.name for entry in out.iterdir() if entry.is_dir() and not entry.name.startswith(".beatplan"))

    def halves(self, out):
        """Folders of a disturbed night that are neither the old plan nor the new one."""
        before = self.out / "before"
        return [f"{out / id} is half" for id in self.ids_of(out)
                if differences(self.reference / id, out / id) and differences(before / id, out / id)]

    def row(self, what, figures, wrong):
        self.rows.append((what, figures, wrong))
        print(f"{time.strftime('%H:%M:%S')}  {what}: {figures}{'' if not wrong else ': WRONG'}", file=sys.stderr, flush=True)
        for line in wrong[:10]:
            print(f"          {line}", file=sys.stderr, flush=True)

    def tell(self):
        print("| part | what was done | |\n| --- | --- | --- |")
        for what, figures, wrong in self.rows:
            print(f"| {what} | {figures} | {'as it should be' if not wrong else f'{len(wrong)} WRONG: {wrong[0]}'} |")
        return 1 if any(wrong for _, _, wrong in self.rows) else 0


# --- The parts ------------------------------------------------------------------------------------


def kills(drill):
    """kill -9 at random moments of a night, each followed by another run, until the night is done."""
    ways = {"all": 0, "the batch alone": 0, "a worker": 0}
    done, nights, wrong = 0, 0, []
    while done < drill.kills:
        nights += 1
        out = drill.night(f"kills-{nights}")
        # Every other night has its networks to build as well.
        cache = drill.out / f"kills-cache-{nights}" if nights % 2 == 0 else drill.cache
        count = min(KILLS_PER_NIGHT, drill.kills - done)
        moments = sorted(drill.chance.uniform(0, drill.seconds) for _ in range(count))
        for before, moment in zip([0.0, *moments], moments):
            way = drill.chance.choice(list(ways))
            process = drill.start(out, cache=cache)
            time.sleep(moment - before)
            if process.poll() is None:
                ways[way] += 1
                done += 1
                if way == "a worker":
                    for worker in sorted(children(process.pid))[:1]:
                        kill(worker)
                    # The batch goes on with another, and is then killed itself.
                    time.sleep(drill.chance.uniform(0, 2))
                if way == "the batch alone":
                    kill(process.pid)
                else:
                    kill_group(process.pid)
            process.communicate()
            if not gone_within(process.pid, 5.0):
                wrong.append(f"{out}: workers were still there 5 s after their batch was killed")
            wrong += drill.halves(out)
        exit_code, _, _ = drill.run(out, cache=cache)
        wrong += drill.as_undisturbed(out, exit_code)
        if not wrong:
            shutil.rmtree(out)
    figures = f"{done} kills ({', '.join(f'{count} of {way}' for way, count in ways.items())}) in {nights} nights"
    drill.row("kill -9, and again", figures, wrong)


def workers(drill):
    """Workers killed, while the batch goes on: their territories are tried once more, and told if that fails as well."""
    wrong, killed, out = [], 0, drill.night("workers")
    process = drill.start(out)
    while process.poll() is None and killed < 5:
        time.sleep(drill.seconds / 8)
        at_work = sorted(children(process.pid))
        if at_work:
            kill(drill.chance.choice(at_work))
            killed += 1
    process.communicate()
    report = drill.report(out)
    again, failed = report["run"]["retried"], [entry for entry in report["territories"] if entry["status"] == "failed"]
    wrong += drill.leftovers(out, drill.ids) if not failed else drill.halves(out)
    wrong += [f"{entry['territory']} failed: {entry['faults']}" for entry in failed if "killed" not in str(entry["faults"])]
    if not again or len(failed) >= killed:
        wrong.append(f"{killed} kills, {again} tried again, {len(failed)} failed")
    exit_code, _, _ = drill.run(out)
    wrong += drill.as_undisturbed(out, exit_code)
    drill.row("workers killed, the batch goes on", f"{killed} kills, {len(again)} territories tried again, {len(failed)} of them "
              "killed twice and planned by the next run", wrong)


def terminated(drill):
    """SIGTERM ends a night within 5 s; what is finished stays, the next run does the rest."""
    wrong, slowest, kept = [], 0.0, []
    for number in range(1, 6):
        out = drill.night(f"terminated-{number}")
        process = drill.start(out)
        time.sleep(drill.chance.uniform(0.05, 0.95) * drill.seconds)
        began = time.monotonic()
        process.terminate()
        stdout, stderr = process.communicate()
        slowest = max(slowest, time.monotonic() - began)
        report = drill.report(out)
        reached = [entry for entry in report["territories"] if entry["status"] != "not_reached"]
        kept.append(len(reached))
        wrong += drill.leftovers(out) + drill.halves(out)
        wrong += [line for entry in reached for line in differences(drill.reference / entry["territory"], out / entry["territory"])]
        if process.returncode != 1 or not report["run"]["interrupted"] or not gone_within(process.pid, 1.0):
            wrong.append(f"{out}: exit {process.returncode}, interrupted {report['run']['interrupted']}: {stdout}{stderr}")
        exit_code, _, _ = drill.run(out)
        wrong += drill.as_undisturbed(out, exit_code)
        again = drill.report(out)["run"]["kept_from_before"]
        if again != len(reached):
            wrong.append(f"{out}: {len(reached)} were finished, {again} of them were kept")
        if not wrong:
            shutil.rmtree(out)
    if slowest > TERM_LIMIT_S:
        wrong.append(f"it took {slowest:.1f} s to end")
    drill.row("SIGTERM", f"5 times, ended within {slowest:.2f} s, {min(kept)} to {max(kept)} finished and kept", wrong)


def two_at_once(drill):
    wrong = []
    out = drill.night("two")
    first = drill.start(out)
    time.sleep(min(2.0, drill.seconds / 4))
    exit_code, said, seconds = drill.run(out)
    if exit_code != 2 or "another batch" not in said:
        wrong.append(f"the second: exit {exit_code}: {said}")
    first.communicate()
    wrong += drill.as_undisturbed(out, first.returncode)
    drill.row("two at once", f"the second left after {seconds:.2f} s with exit {exit_code}", wrong)


def broken(drill):
    """20 broken territories among the good ones; then they are mended."""
    wrong, folder, out = [], drill.out / "broken-territories", drill.night("broken")
    break_territories.write_territories(drill.territories, folder)
    paths = [drill.territories, folder]
    exit_code, said, _ = drill.run(out, paths=paths)
    report = drill.report(out)
    totals, by_id = report["totals"], {entry["territory"]: entry for entry in report["territories"]}
    if exit_code != 1 or totals["failed"] != len(break_territories.KINDS) or \
            totals["planned"] + totals["needs_a_person"] != len(drill.ids):
        wrong.append(f"exit {exit_code}, {totals}: {said}")
    with open(folder / "expected.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry = by_id.get(row["kind"], {"status": "not told of", "faults": []})
            words = row["words"].split("|")
            if entry["status"] != "failed" or not any(all(word in line for word in words) for line in entry["faults"]):
                wrong.append(f"{row['kind']} is {entry['status']}: {words} not in one line of {entry['faults']}")
    for id in drill.ids:
        wrong += differences(drill.reference / id, out / id)
    wrong += drill.leftovers(out, drill.ids)
    drill.row("broken among good", f"{totals['planned'] + totals['needs_a_person']} planned, {totals['failed']} failed, "
              f"each with its line, exit {exit_code}", wrong)

    wrong = []
    break_territories.write_territories(drill.territories, folder, mended=True)
    exit_code, said, _ = drill.run(out, paths=paths)
    run, totals = drill.report(out)["run"], drill.report(out)["totals"]
    if run["planned_now"] != len(break_territories.KINDS) or run["kept_from_before"] != len(drill.ids) or totals["failed"]:
        wrong.append(f"exit {exit_code}, {run}, {totals}: {said}")
    for id in drill.ids:
        wrong += differences(drill.reference / id, out / id)
    wrong += drill.leftovers(out)
    drill.row("mended", f"{run['planned_now']} planned, {run['kept_from_before']} kept, exit {exit_code}", wrong)


def disk_full(drill):
    """No room for more than half of the plans, in a folder where there were none; then there is."""
    wrong, out = [], drill.out / "full"
    out.mkdir()
    size = room(drill.out / "before") // 2
    by_mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", out], capture_output=True).returncode == 0
    plans = out / "plans"
    try:
        if by_mount:
            how = f"tmpfs of {size >> 20} MiB"
            exit_code, said, _ = drill.run(plans)
        else:
            limit = sorted((folder / "prospects.geojson").stat().st_size for folder in map(drill.reference.joinpath, drill.ids))
            limit = limit[len(limit) // 2]
            how = f"no mounting here; ulimit -f of {limit >> 10} KiB instead"
            began = subprocess.Popen([str(word) for word in drill.command(plans)], start_new_session=True, text=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     preexec_fn=lambda: limit_files(limit))
            said, _ = began.communicate()
            exit_code = began.returncode
        wrong += [f"{path} was left" for path in plans.rglob(".beatplan-*")]
        whole = set(drill.ids_of(plans))
        wrong += [line for id in whole for line in differences(drill.reference / id, plans / id)]
        if exit_code != 1 or not 0 < len(whole) < len(drill.ids):
            wrong.append(f"exit {exit_code}, {len(whole)} of {len(drill.ids)} planned: {said}")
        told = "No space left" if by_mount else "too large"
        entries = {entry["territory"]: entry for entry in drill.report(plans)["territories"]}
        for id in drill.ids:
            if id not in whole and not any(told in fault for fault in entries[id]["faults"]):
                wrong.append(f"{id} has no plan, and {told!r} is not said: {entries[id]['faults']}")
        if by_mount:
            subprocess.run(["mount", "-o", f"remount,size={8 * size}", out], check=True)
        again, said, _ = drill.run(plans)
        wrong += [line for id in drill.ids for line in differences(drill.reference / id, plans / id)]
        wrong += drill.leftovers(plans, drill.ids)
        if again != drill.exit_code:
            wrong.append(f"with room: exit {again}: {said}")
        drill.row("disk full", f"{how}: {len(whole)} of {len(drill.ids)} planned, exit {exit_code}; with room, the others", wrong)
    finally:
        if by_mount:
            subprocess.run(["umount", out], check=True)


def room(folder):
    """Bytes that a folder takes on a tmpfs."""
    return sum(-(-path.lstat().st_size // 4096) * 4096 for path in folder.rglob("*") if path.is_file())


def limit_files(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


PARTS = {"broken": broken, "two_at_once": two_at_once, "terminated": terminated, "disk_full": disk_full,
         "workers": workers, "kills": kills}


# --- Folders and reports --------------------------------------------------------------------------


def differences(expected, found):
    """Files of one folder that are not in the other, or not the same byte for byte."""
    if not expected.is_dir() or not found.is_dir():
        return [] if expected.is_dir() == found.is_dir() else [f"{found if expected.is_dir() else expected} is not there"]
    names = {path.name for folder in (expected, found) for path in folder.iterdir()}
    _, differ, missing = filecmp.cmpfiles(expected, found, names, shallow=False)
    return [f"{found / name} differs" for name in sorted(differ + missing)]


def without_clock(report):
    """A report without `run` and `seconds`."""
    def strip(value):
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if key != "seconds"}
        return [strip(inner) for inner in value] if isinstance(value, list) else value
    return {key: strip(value) for key, value in report.items() if key != "run"}


def first_difference(a, b):
    """Where two lists of entries differ first, in words."""
    if not isinstance(a, list) or not isinstance(b, list):
        return f": {b}, not {a}"
    if len(a) != len(b):
        return f": {len(b)} entries, not {len(a)}"
    x, y = next((x, y) for x, y in zip(a, b) if x != y)
    return f": {x.get('territory')} {[(key, y.get(key), x.get(key)) for key in x if x.get(key) != y.get(key)]}"


# --- Processes ------------------------------------------------------------------------------------


def children(pid):
    """Process ids of the workers of a batch."""
    try:
        return {int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()}
    except OSError:
        return set()


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def kill_group(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def gone_within(pid, seconds):
    """Whether nobody of a process group is left after so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    sys.exit(main())
