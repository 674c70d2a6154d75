"""Running programs and telling what they took; fetching them; writing what they took as Markdown.

Linux only: processor time and memory come from the kernel's own accounts.
"""

import hashlib
import http.client
import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def say(text: str):
    """Progress, on standard error with the time of day."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


# --- Programs that run and end ----------------------------------------------------------------

@dataclass
class Run:
    """What a program took: seconds by the clock, seconds of all processors, MiB at its largest."""

    wall_s: float
    cpu_s: float
    peak_mib: float

    def then(self, other: "Run") -> "Run":
        """This and then the other: times add up, memory does not."""
        return Run(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s, max(self.peak_mib, other.peak_mib))


def run(command: list, log: Path, cwd: Path = None) -> Run:
    """Runs `command` to its end, its output into `log`; ends the script with the log's last lines if it fails."""
    once = Path(__file__).with_name("run_once.py")
    told = subprocess.run([sys.executable, "-I", "-S", once, log.resolve(), *map(str, command)], cwd=cwd,
                          stdout=subprocess.PIPE)
    if told.returncode != 0:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
        sys.exit(f"{' '.join(map(str, command))}\nfailed:\n{last}")
    return Run(**json.loads(told.stdout))


def median_run(repeats: int, patience_s: float, once) -> tuple:
    """The medians of up to `repeats` runs of `once()`, and their number; no more are begun after `patience_s`."""
    runs, began = [], time.perf_counter()
    while not runs or (len(runs) < repeats and time.perf_counter() - began < patience_s):
        runs.append(once())
    medians = {field: statistics.median(getattr(r, field) for r in runs) for field in asdict(runs[0])}
    return Run(**medians), len(runs)


# --- Programs that answer questions -------------------------------------------------------------

def cpu_ms(pid: int) -> float:
    """Processor time of all living threads of `pid` so far."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def service(command: list, port: int, log: Path, patience_s: float = 300.0):
    """`command` running and listening on `port`; gives its process id, and ends it afterwards."""
    with open(log, "ab") as output:
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + patience_s
            while True:
                if process.poll() is not None or time.monotonic() > until:
                    last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                    raise RuntimeError(f"{command[0]} does not listen on port {port}:\n{last}")
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class Answer:
    """What answering took, medians in milliseconds; cells is how many table cells have a figure."""

    wall_ms: float
    cpu_ms: float
    repeats: int
    cells: int


def ask(pid: int, port: int, method: str, target: str, body: str, repeats: int, count_cells,
        patience_s: float = 600.0) -> Answer:
    """Asks the same question once to warm up and `repeats` times for the figures. The clock stops at the answer's
    last byte; reading it as JSON is not the service's business and done once, outside."""

    def once() -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience_s)
        try:
            connection.request(method, target, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise RuntimeError(f"HTTP {response.status}: {text[:200].decode(errors='replace')}")
        return text

    cells = count_cells(json.loads(once()))
    walls, cpus = [], []
    for _ in range(repeats):
        cpu_before, began = cpu_ms(pid), time.perf_counter()
        once()
        walls.append((time.perf_counter() - began) * 1e3)
        cpus.append(cpu_ms(pid) - cpu_before)
    return Answer(statistics.median(walls), statistics.median(cpus), repeats, cells)


# --- Getting at the programs ----------------------------------------------------------------------

def wheel(requirement: str, abi: str, cache: Path) -> Path:
    """The unpacked folder of a binary wheel from PyPI, fetched on first use."""
    folder = cache / "peers" / requirement.replace("==", "-")
    if not folder.exists():
        say(f"fetching {requirement}")
        fetched = cache / "peers" / "wheels" / folder.name
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", str(fetched),
             "--python-version", "3.12", "--abi", abi, "--platform", "manylinux_2_28_x86_64",
             "--only-binary", ":all:", "--no-deps", requirement], check=True)
        partial = folder.with_name(folder.name + ".partial")
        with zipfile.ZipFile(next(fetched.glob("*.whl"))) as archive:
            archive.extractall(partial)
        for program in partial.glob("*/bin/*"):
            program.chmod(0o755)
        partial.rename(folder)
    return folder


def cargo_built(arguments: list) -> Path:
    """The executable that `cargo ARGUMENTS` builds."""
    say(f"cargo {' '.join(arguments)}")
    result = subprocess.run(["cargo", *arguments, "--locked", "--message-format", "json"], cwd=PROJECT,
                            stdout=subprocess.PIPE, text=True, check=True)
    built = [message["executable"] for message in map(json.loads, result.stdout.splitlines())
             if message.get("executable")]
    return Path(built[-1])


def beatplan_programs(args) -> tuple:
    """The program and its bench `table`: those given on the command line, or built now."""
    return (args.beatplan or cargo_built(["build", "--release", "--bin", "beatplan"]),
            args.table_bench or cargo_built(["bench", "--bench", "table", "--no-run"]))


def add_common_arguments(parser):
    """What the scripts beside this one have in common."""
    parser.add_argument("--cache", type=Path, default=PROJECT / "target" / "peers", metavar="FOLDER",
                        help="where programs, networks and figures are kept [%(default)s]")
    parser.add_argument("--beatplan", type=Path, metavar="PROGRAM", help="a release build [built now]")
    parser.add_argument("--table-bench", type=Path, metavar="PROGRAM",
                        help="the built bench `table` of the same source [built now]")
    parser.add_argument("--repeats", type=int, default=10, help="how often each table is asked for [%(default)s]")
    parser.add_argument("--into", type=Path, metavar="FILE.md",
                        help="replace the script's section of this file, instead of printing it")


def work_folder(cache: Path, extract: Path) -> Path:
    """A folder of the extract's own below `cache`; another file of the same name gets another."""
    sha = hashlib.sha256()
    with open(extract, "rb") as file:
        while piece := file.read(1 << 20):
            sha.update(piece)
    digest = sha.hexdigest()[:10]
    folder = cache / f"{extract.name.removesuffix('.osm.pbf')}-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# --- Telling ----------------------------------------------------------------------------------------

def machine() -> str:
    """The machine in a line; warns on standard error if it is busy with other things."""
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    memory = int(re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.M)[1]) / 2**20
    load = os.getloadavg()[0]
    if load > 0.7:
        say(f"the machine is not idle (load {load:.1f}): wall times will be too long, processor times somewhat")
    return (f"{cpu[1] if cpu else platform.machine()}, {len(os.sched_getaffinity(0))} processors, {memory:.0f} GiB, "
            f"Linux {platform.release().split('-')[0]}, load {load:.1f} at the start")


def source_version() -> str:
    """The commit of the project's source, with a mark if it was changed since."""
    described = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=10"], cwd=PROJECT,
                               capture_output=True, text=True)
    return described.stdout.strip() or "unknown"


def number(value, digits: int = 3) -> str:
    """`digits` significant digits, thousands apart; a dash for None."""
    if value is None:
        return "–"
    rounded = float(f"{value:.{digits}g}")
    if rounded >= 10 ** (digits - 1):
        return f"{rounded:,.0f}"
    return f"{value:#.{digits}g}"


def table(head: list, rows: list) -> str:
    """A Markdown table; all columns but the first are set to the right."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def publish(name: str, text: str, into: Path):
    """Prints `text`, or puts it between `<!-- begin NAME -->` and `<!-- end NAME -->` of the file `into`."""
    if into is None:
        print(text)
        return
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    page = into.read_text()
    before, found_begin, rest = page.partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found_begin and found_end):
        sys.exit(f"{into}: has no lines {begin} and {end} to put the section between; it is:\n\n{text}")
    into.write_text(f"{before}{begin}\n{text}\n{end}{after}")
    say(f"{into}: section {name} replaced")
