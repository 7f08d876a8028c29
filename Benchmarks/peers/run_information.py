#!/usr/bin/env python
"""A peer on the information cases: a process that stays up and answers one line of JSON per line it reads.

usage: run_information.py [THREADS]

    time VARIANT/CASE         {"seconds": of one repetition, "values": [what is compared, in nats]}
    versions                  {"NumPy": "..."}
"""

import json
import sys
import time

import numpy as np

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 2


def words(count, seed):
    """32-bit hashes of 0 ..< count (the finalizer of MurmurHash3); the Swift side computes the same."""
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed * 0x85EBCA6B & 0xFFFFFFFF)
    x = (x ^ x >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    x = (x ^ x >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return x ^ x >> np.uint32(16)


def information(joint):
    """The plug-in mutual information of a table of counts, in nats."""
    p = joint / joint.sum()
    seen = p > 0
    return float((p[seen] * np.log(p[seen] / np.outer(p.sum(1), p.sum(0))[seen])).sum())


class Pairwise:
    """One bincount for every pair of columns."""

    def __init__(self, variant, rows, columns, levels):
        self.levels, self.columns, previous = levels, [], None
        for column in range(columns):
            x = words(rows, column + 1)
            if column % 2:
                x = np.where(x >> np.uint32(16) < 21845, previous, x)
            previous = x
            self.columns.append((x % np.uint32(levels)).astype(variant.rpartition(" ")[2]))

    def step(self):
        k, tables = self.levels, {}
        begin = time.perf_counter()
        for i, x in enumerate(self.columns):
            scaled = x * k
            for j in range(i):
                tables[j, i] = np.bincount(scaled + self.columns[j], minlength=k * k)
        seconds = time.perf_counter() - begin
        values = [information(tables[i - 1, i].reshape(k, k)) for i in range(1, len(self.columns))]
        return seconds, values


def prepare(variant, case):
    name, _, sizes = case.partition("-")
    return {"pairwise": Pairwise}[name](variant, *map(int, sizes.split("x")))


def main():
    prepared = {}
    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        if verb == "versions":
            answer = {"NumPy": np.__version__}
        else:
            if rest not in prepared:
                prepared.clear()  # one case's inputs at a time
                prepared[rest] = prepare(*rest.split("/"))
            seconds, values = prepared[rest].step()
            answer = {"seconds": seconds, "values": values}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
