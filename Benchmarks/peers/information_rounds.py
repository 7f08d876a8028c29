"""The information table: our process and the peers take turns on one case after another, and medians are compared."""

import os
import statistics

from information_cases import CASES
from tensor_rounds import Server, duration


class InformationTable:
    def __init__(self, run):
        self.run, self.options = run, run.options

    def measure(self):
        self.run.say("### Information: medians of rounds in turns (least in parentheses)")
        self.run.say()
        self.run.say("| case | ours | peer | its time | ratio | target | reached | difference, nats |")
        self.run.say("| --- | --- | --- | --- | --- | --- | --- | --- |")
        wanted = self.options.information_cases.split(",") if self.options.information_cases else CASES
        for name in wanted:
            self.case(CASES[name])
        self.run.say()

    def case(self, case):
        """A fresh process for each side: what earlier cases did to its memory shall not matter."""
        threads, environment = str(self.options.threads), self.run.environment()
        where = ["taskset", "-c", "0"] if case.one_core else []
        servers = {"ours": Server([*where, self.run.library, "information", threads], environment)}
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run_information.py")
        for peer in case.peers if self.run.python else ():
            servers[peer] = Server([*where, self.run.python, script, threads], environment)
            self.run.versions.update(servers[peer].ask("versions") or {})
        times, values = {side: [] for side in servers}, {}
        try:
            for turn in range(1 + case.rounds):
                for side, server in servers.items():
                    answer = server.ask(f"time {side}/{case.name}" if side != "ours" else f"time {case.name}")
                    if answer is None:
                        continue
                    values[side] = answer["values"]
                    if turn:  # the first warms up
                        times[side].append(answer["seconds"])
        finally:
            for server in servers.values():
                server.close()
        if not times["ours"]:
            self.run.say(f"| {case.title} | failed | | | | | | |")
            return
        ours = statistics.median(times["ours"])
        shown = f"{duration(ours)} ({duration(min(times['ours']))})"
        peers = {peer: statistics.median(times[peer]) for peer in case.peers if times.get(peer)}
        if not peers:
            self.run.say(f"| {case.title} | {shown} | | | | | | |")
        best = min(peers.values(), default=None)
        for peer, median in peers.items():
            difference = max(abs(a - b) for a, b in zip(values["ours"], values[peer], strict=True))
            judged = f"≥ {case.target:g} | {'yes' if median / ours >= case.target else 'no'}" if median == best else "|"
            same = f"{difference:.1e}" + ("" if difference <= case.tolerance else " (too much)")
            self.run.say(f"| {case.title} | {shown} | {peer} | {duration(median)} ({duration(min(times[peer]))}) | "
                         f"{median / ours:.1f} | {judged} | {same} |")
