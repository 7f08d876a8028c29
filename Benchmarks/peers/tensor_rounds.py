"""The tensor table: our process and the peers' take turns on one case after another, and medians are compared."""

import json
import math
import os
import statistics
import subprocess
import time

from tensor_cases import CASES, GROUP_TARGETS

PARITY = 0.97  # least ratio that counts as 1.0
BLOCK, REST = 0.06, 0.02  # seconds of one timed block; of idling after it, so that no thread of the last still spins
SHARED_MODEL = "shared-model"  # a case of its own form: many tasks, no peer
TOLERANCE = 1e-4  # of outputs, relative to the largest magnitude
# What glibc needs to hear to keep the memory it freed, instead of giving it back and faulting it in again.
MEMORY_KEPT = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "4294967296",
               "MALLOC_TOP_PAD_": "67108864"}


class Server:
    """A process that answers one line of JSON to each line written to it."""

    def __init__(self, command, environment):
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, question):
        """The answer, or None if the process died."""
        try:
            self.child.stdin.write(question + "\n")
            self.child.stdin.flush()
            line = self.child.stdout.readline()
        except BrokenPipeError:
            return None
        return json.loads(line) if line else None

    def close(self):
        try:
            self.child.stdin.close()
        except BrokenPipeError:
            pass
        self.child.wait()
        self.child.stdout.close()


class Side:
    """One program on one case."""

    def __init__(self, server, name, case):
        self.server, self.name, self.case, self.times = server, name, case, []
        self.outputs = self.answer("check", "outputs")
        self.count = 1
        self.alive = self.outputs is not None and self.calibrate()

    def answer(self, verb, key, *words):
        answer = self.server.ask(" ".join([verb, f"{self.name}/{self.case.name}", *map(str, words)]))
        return None if answer is None else answer[key]

    def calibrate(self):
        while self.count < 10_000_000:
            seconds = self.answer("time", "seconds", self.count)
            if seconds is None:
                return False
            if seconds * self.count >= BLOCK / 2:
                self.count = max(1, round(BLOCK / seconds))
                return True
            self.count = max(2 * self.count, min(64 * self.count, round(BLOCK / seconds)))
        return True

    def round(self):
        if self.alive:
            seconds = self.answer("time", "seconds", self.count)
            self.alive = seconds is not None
            if self.alive:
                self.times.append(seconds)
            time.sleep(REST)

    @property
    def median(self):
        return statistics.median(self.times)


def difference(ours, theirs):
    """The largest difference of two lists of outputs, relative to each output's largest magnitude."""
    if [len(y) for y in ours] != [len(y) for y in theirs]:
        return math.inf
    return max(
        max(abs(a - b) if math.isfinite(a) else math.inf for a, b in zip(y, z)) / max(max(map(abs, z)), 1e-30)
        for y, z in zip(ours, theirs))


def duration(seconds):
    scale, unit = next(((s, u) for s, u in [(1e-3, "ms"), (1e-6, "µs")] if seconds >= s), (1e-9, "ns"))
    return f"{seconds / scale:.3g} {unit}" if seconds / scale < 100 else f"{seconds / scale:.0f} {unit}"


class TensorTable:
    def __init__(self, run):
        self.run, self.ratios, self.options = run, {}, run.options

    def measure(self):
        kept = ", memory kept by glibc on the peer's side" if self.options.memory_kept else ""
        rounds = f"medians of {self.options.rounds} rounds in turns (least in parentheses)"
        self.run.say(f"### Tensors, float32: {rounds}{kept}")
        self.run.say()
        self.run.say("| case | ours | rate | peer | its time | its rate | ratio | target | reached | difference |")
        self.run.say("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        wanted = self.options.tensor_cases.split(",") if self.options.tensor_cases else [*CASES, SHARED_MODEL]
        for name in wanted:
            if name != SHARED_MODEL:
                self.case(CASES[name])
        for group, target in GROUP_TARGETS.items():
            ratios = self.ratios.get(group, [])
            if ratios:
                mean = math.exp(statistics.fmean(map(math.log, ratios)))
                self.run.say(
                    f"| geometric mean of the {len(ratios)} ratios at [4096, 1024] | | | torch | | | {mean:.2f} | "
                    f"≥ {target:g} | {'yes' if mean >= target else 'no'} | |")
        self.run.say()
        if SHARED_MODEL in wanted:
            self.shared_model()

    def shared_model(self, tasks=64, calls=6400):
        """One model, many tasks. A lone call has the whole machine: n of them at once, sharing it evenly, take n times
        as long each. Of the calls themselves as many run at once as there are processors; a request waits for the
        other tasks' calls before its own, so that all tasks' are in flight."""
        self.run.say(f"### {tasks} tasks calling one model (784-400-400-10, batch 128, inference)")
        self.run.say()
        answer = self.run.json([self.run.library, "tasks", str(tasks), str(calls)])
        if answer is None:
            return
        alone = answer["alone"]["median"]
        self.run.say("| of every call | at once | median | 99.9 % | slowest | evenly shared, a lone call's median gives | "
                     "slowest to that | target | reached |")
        self.run.say("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for name, title, at_once in [("alone", "a lone task's", 1), ("call", "from its start", answer["processors"]),
                                     ("request", "from when its task asked", tasks)]:
            times, fair = answer[name], at_once * alone
            ratio = times["most"] / fair
            judged = "| | |" if name == "alone" else f"| ≤ 3 | {'yes' if ratio <= 3 else 'no'} |"
            self.run.say(
                f"| {title} | {at_once} | {duration(times['median'])} | {duration(times['nearlyAll'])} | "
                f"{duration(times['most'])} | {duration(fair)} | {ratio:.2f} {judged}")
        self.run.say()

    def case(self, case):
        """A fresh process for each side: what earlier cases did to its memory shall not matter."""
        environment = {**self.run.environment(), **(MEMORY_KEPT if self.options.memory_kept else {})}
        servers = {"ours": Server([self.run.library, "tensors"], self.run.environment())}
        for system in {variant.split()[0].lower() for variant in case.variants} if self.run.python else ():
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run_tensors.py")
            servers[system] = Server([self.run.python, script, system, str(self.options.threads)], environment)
            self.run.versions[system] = servers[system].ask("version")["version"]
        try:
            ours = Side(servers["ours"], "ours", case)
            peers = [Side(servers[v.split()[0].lower()], v, case) for v in case.variants if len(servers) > 1]
            for _ in range(self.options.rounds):
                for side in [ours, *peers]:
                    side.round()
        finally:
            for server in servers.values():
                server.close()
        self.rows(case, ours, [peer for peer in peers if peer.alive])

    def rows(self, case, ours, peers):
        if not ours.alive:
            self.run.say(f"| {case.title} | failed | | | | | | | no | |")
            return
        mine = f"{duration(ours.median)} ({duration(min(ours.times))}) | {self.rate(case, ours)}"
        for target in case.targets:
            if target.seconds:
                reached = "yes" if ours.median <= target.seconds else "no"
                self.run.say(f"| {case.title} | {mine} | – | | | | ≤ {duration(target.seconds)} | {reached} | |")
        judged = {}
        for target in case.targets:
            candidates = [peer for peer in peers if peer.name in target.variants and not target.seconds]
            if candidates:
                judged[min(candidates, key=lambda peer: peer.median).name] = target.ratio
        for peer in peers:
            ratio, target = peer.median / ours.median, judged.get(peer.name)
            far = difference(ours.outputs, peer.outputs)
            if target and case.group:
                self.ratios.setdefault(case.group, []).append(ratio)
            reached = "" if target is None else "yes" if ratio >= (PARITY if target == 1 else target) else "no"
            wrong = "" if far <= TOLERANCE else " (not the same work!)"
            self.run.say(
                f"| {case.title} | {mine} | {peer.name} | {duration(peer.median)} ({duration(min(peer.times))}) | "
                f"{self.rate(case, peer)} | {ratio:.2f} | {f'≥ {target:g}' if target else ''} | {reached} | "
                f"{far:.0e}{wrong} |")
        if not peers and not any(target.seconds for target in case.targets):
            self.run.say(f"| {case.title} | {mine} | | | | | | | |")

    def rate(self, case, side):
        return f"{case.work / side.median / 1e9:.3g} {case.unit}" if case.work else ""
