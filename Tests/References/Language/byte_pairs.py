"""Pieces by GPT-2's pattern and byte-pair merges by counting anew for every merge, as byte_pairs.json.

    pip install -r Tests/References/Language/requirements.txt
    python Tests/References/Language/byte_pairs.py Tests/References/Language/byte_pairs.json
"""

import collections
import json
import sys

import regex

PATTERN = regex.compile(r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+""")

TEXT = (
    "The surprise of the surprised surveyor: she'd measured the surface twice, thrice, and it's still 3,141.59 metres!\n\n"
    "  \tIndented lines, trailing blanks   \nand don't we'll they're I'm you've he'd o'clock 'tis 'sixties'\r\n"
    "aaaa aaaaa aaaaaa abababab babababa ababab — naïve café, Straße, Ωμέγα, 東京 は 晴れ。 2½ ② ٣٤\u00a0\u2003wide 🙂🙂🙂 👩‍🚀\n"
    "the theory then there these the thesis the the the   the end of the text the texts the textures   "
)
OTHERS = ["", " ", "a", "  ", " \n ", "x  y", "x \n y\n", "'", "''s", "it'S", "the the\tthe", "zzz qqq", "'ve've 've", "🙂 é"]


def pieces(text):
    return PATTERN.findall(text)


def merged(tokens, pair, new):
    result, index = [], 0
    while index < len(tokens):
        if tuple(tokens[index:index + 2]) == pair:
            result.append(new)
            index += 2
        else:
            result.append(tokens[index])
            index += 1
    return result


def train(text, count, minimum):
    words = collections.Counter(tuple(piece.encode()) for piece in pieces(text))
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, weight in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += weight
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        if pairs[best] < minimum:
            break
        new = collections.Counter()
        for word, weight in words.items():
            new[tuple(merged(list(word), best, 256 + len(merges)))] += weight
        words = new
        merges.append(best)
    return merges


def encode(text, merges):
    result = []
    for piece in pieces(text):
        tokens = list(piece.encode())
        for rank, pair in enumerate(merges):
            tokens = merged(tokens, tuple(pair), 256 + rank)
        result += tokens
    return result


merges = train(TEXT, 120, 2)
texts = [TEXT] + OTHERS
with open(sys.argv[1], "w") as file:
    json.dump(
        {
            "merges": merges,
            "texts": [{"text": t, "pieces": pieces(t), "tokens": encode(t, merges)} for t in texts],
        }, file, separators=(",", ":"))
