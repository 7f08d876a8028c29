"""Probabilities of n-gram models, as ngrams.json.

    pip install -r Tests/References/Language/requirements.txt
    python Tests/References/Language/ngrams.py Tests/References/Language/ngrams.json

`nltk` are NLTK's KneserNeyInterpolated (fixed discount, single tokens not smoothed), Lidstone and MLE on one stream of
tokens. NLTK counts every different continuation of a context, also one at the very start of the text that nothing comes
before; the stream therefore ends as it begins. Its vocabulary has `<UNK>` beside the tokens, here the last number.

`chen_goodman` are interpolated and modified Kneser-Ney evaluated straight from sets of n-grams by the formulas of Chen and
Goodman 1998 (sections 4.1 and 4.1.6; TR-10-98), the lowest order mixed with the uniform distribution; on the stream, and on
short sequences between marks, of which those that begin with the first mark keep their counts.
"""

import collections
import json
import random
import sys

import nltk
from nltk.lm import MLE, KneserNeyInterpolated, Lidstone
from nltk.util import everygrams

VOCABULARY = 9


def stream(length, seed):
    """Tokens of a random Markov chain with a few frequent successors of each token."""
    draw = random.Random(seed)
    tokens = [0]
    while len(tokens) < length:
        last = tokens[-1]
        tokens.append((last * last + draw.choice([1, 1, 1, 2, 2, 3, 5])) % VOCABULARY if draw.random() < 0.9
                      else draw.randrange(VOCABULARY))
    return tokens + tokens[:6]


def queries(tokens, order, seed):
    """Contexts seen and not, shorter ones among them, each with every token."""
    draw = random.Random(seed)
    result = [[]]
    for length in range(1, order):
        for _ in range(6):
            start = draw.randrange(len(tokens) - length)
            result.append(tokens[start:start + length])
        result += [[draw.randrange(VOCABULARY) for _ in range(length)] for _ in range(4)]
    return result


def nltk_cases(tokens):
    cases = []
    words = [str(token) for token in tokens]
    for kind, order, value in [
        ("interpolated-kneser-ney", 2, 0.1), ("interpolated-kneser-ney", 3, 0.75),
        ("interpolated-kneser-ney", 5, 0.5), ("add-k", 1, 1.0), ("add-k", 3, 0.25), ("add-k", 2, 0.0),
    ]:
        if kind == "add-k":
            model = Lidstone(value, order) if value > 0 else MLE(order)
        else:
            model = KneserNeyInterpolated(order, value)
        model.fit([everygrams(words, max_len=order)], vocabulary_text=words)
        rows = []
        for context in queries(tokens, order, order):
            if value == 0 and not model.counts[[str(t) for t in context]]:
                continue
            rows.append({
                "context": context,
                "probabilities": [model.score(str(token), [str(t) for t in context]) for token in range(VOCABULARY)],
            })
        cases.append({"kind": kind, "order": order, "value": value, "rows": rows})
    return cases


class KneserNey:
    """Probabilities by definition: every sum runs over the set of n-grams."""

    def __init__(self, sequences, order, outcomes, modified, marks):
        self.order, self.outcomes, self.modified = order, outcomes, modified
        raw = [collections.Counter() for _ in range(order + 1)]
        for sequence in sequences:
            for length in range(1, order + 1):
                for start in range(len(sequence) - length + 1):
                    raw[length][tuple(sequence[start:start + length])] += 1
        self.counts = [None] * (order + 1)
        for length in range(1, order + 1):
            if length == order:
                table = dict(raw[length])
            else:
                table = {}
                for gram in raw[length]:
                    before = len({longer[0] for longer in raw[length + 1] if longer[1:] == gram})
                    table[gram] = raw[length][gram] if marks and gram[0] == "<s>" else before
            self.counts[length] = {g: c for g, c in table.items() if g[-1] != "<s>" and c > 0}
        self.discounts = [None] + [self.discount(n) for n in range(1, order + 1)]

    def discount(self, length):
        n = [sum(1 for c in self.counts[length].values() if c == k) for k in (1, 2, 3, 4)]
        if not self.modified:
            return [n[0] / (n[0] + 2 * n[1])] * 3 if n[0] and n[1] else [0.5] * 3
        if min(n) == 0:
            return [0.5, 1, 1.5]
        y = n[0] / (n[0] + 2 * n[1])
        d = [1 - 2 * y * n[1] / n[0], 2 - 3 * y * n[2] / n[1], 3 - 4 * y * n[3] / n[2]]
        return d if min(d) >= 0 else [0.5, 1, 1.5]

    def probability(self, token, context):
        context = tuple(context)
        length = len(context) + 1
        lower = self.probability(token, context[1:]) if context else 1 / self.outcomes
        row = [c for gram, c in self.counts[length].items() if gram[:-1] == context]
        if not row:
            return lower
        d = self.discounts[length]
        count = self.counts[length].get(context + (token,), 0)
        taken = d[min(count, 3) - 1] if count else 0
        weight = sum(d[min(c, 3) - 1] for c in row) / sum(row)
        return (count - taken) / sum(row) + weight * lower


def chen_goodman_cases(tokens, sequences):
    cases = []
    for modified in (False, True):
        for order in (1, 2, 3, 5):
            model = KneserNey([tokens], order, VOCABULARY, modified, False)
            rows = [
                {"context": context, "probabilities": [model.probability(t, context) for t in range(VOCABULARY)]}
                for context in queries(tokens, order, order + 10)
            ]
            cases.append({
                "modified": modified, "order": order, "marks": False, "discounts": model.discounts[1:], "rows": rows})
        for order in (2, 4):
            marked = [["<s>"] + sequence + ["</s>"] for sequence in sequences]
            model = KneserNey(marked, order, VOCABULARY + 1, modified, True)
            outcomes = list(range(VOCABULARY)) + ["</s>"]
            rows = []
            # Rows at the start of a sequence: the context begins with the mark, given here as what follows it.
            for start in ([], sequences[0][:1], sequences[1][:2], [8, 8], [3]):
                context = (["<s>"] + start)[-(order - 1):]
                rows.append({
                    "context": start, "probabilities": [model.probability(t, context) for t in outcomes]})
            cases.append({
                "modified": modified, "order": order, "marks": True, "discounts": model.discounts[1:], "rows": rows})
    return cases


def main():
    tokens = stream(700, 1)
    flat = stream(400, 2)
    draw = random.Random(3)
    sequences = []
    while flat:
        length = draw.randrange(1, 9)
        sequences.append(flat[:length])
        flat = flat[length:]
    json.dump(
        {
            "nltkVersion": nltk.__version__, "vocabulary": VOCABULARY, "tokens": tokens, "sequences": sequences,
            "nltk": nltk_cases(tokens), "chenGoodman": chen_goodman_cases(tokens, sequences),
        }, open(sys.argv[1], "w"), separators=(",", ":"))


main()
