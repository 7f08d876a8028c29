"""Attention layers by torch in float64, values, weights and gradients, as attention.safetensors.

Each case holds the inputs x0…, every parameter by name (w/…), the output y0 and, where there are any, the weights y1, a
cotangent g of y0, and the gradients of Σ g y0 by inputs (dx0…) and parameters (d/…); its options are in the metadata.
Run with the versions in ../Tensors/requirements.txt: python attention.py
"""

import pathlib
import sys

import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tensors"))
from reference import Family  # noqa: E402

family = Family("attention")


def case(kind, function, inputs, parameters, **options):
    index = family.counts.get(kind, 0)
    family.counts[kind] = index + 1
    name = f"{kind}/{index}"
    leaves = [x.clone().requires_grad_() for x in inputs]
    results = function(*leaves)
    results = results if isinstance(results, tuple) else (results,)
    g = torch.randn(results[0].shape)
    found = torch.autograd.grad((results[0] * g).sum(), leaves + list(parameters.values()))
    for letter, values in (("x", leaves), ("y", results), ("dx", found[:len(leaves)])):
        for i, value in enumerate(values):
            family.tensors[f"{name}/{letter}{i}"] = value.detach()
    family.tensors[f"{name}/g"] = g
    for (key, value), gradient in zip(parameters.items(), found[len(leaves):]):
        family.tensors[f"{name}/w/{key}"] = value.detach()
        family.tensors[f"{name}/d/{key}"] = gradient
    family.attributes[name] = {key: value for key, value in options.items() if value is not None}


def padding(lengths, size):
    """True where torch's key_padding_mask leaves a key out."""
    return None if lengths is None else torch.arange(size) >= torch.tensor(lengths)[:, None]


def multi_head():
    for features, heads, key, value, bias, steps, lengths, causal in (
        (6, 2, None, None, True, (4, 4), None, False), (6, 3, None, None, False, (5, 5), None, True),
        (4, 1, None, None, True, (3, 5), [5, 2], False), (4, 2, 3, 5, True, (2, 4), [1, 4], False),
        (4, 2, 3, 3, False, (3, 2), None, False), (4, 4, None, None, True, (1, 1), None, True),
    ):
        layer = nn.MultiheadAttention(features, heads, bias=bias, kdim=key, vdim=value, batch_first=True)
        for parameter in layer.parameters():
            nn.init.normal_(parameter, std=0.7)
        n, m = steps
        x = [torch.randn(2, n, features)]
        if m != n or key or value:
            x += [torch.randn(2, m, key or features)] + ([torch.randn(2, m, value or features)] if value else [])
        mask = torch.triu(torch.ones(n, m, dtype=torch.bool), 1) if causal else None

        def function(q, k=None, v=None):
            k = q if k is None else k
            return layer(q, k, k if v is None else v, key_padding_mask=padding(lengths, m), attn_mask=mask,
                         average_attn_weights=False)

        case("MultiHeadAttention", function, x, dict(layer.named_parameters()), features=features, heads=heads,
             keyFeatures=key, valueFeatures=value, bias=bias, lengths=lengths, isCausal=causal)


def grouped():
    for features, heads, key_heads, steps, pairing in ((8, 4, 2, 5, None), (8, 4, 1, 3, "halves"), (6, 1, 1, 4, "neighbors")):
        width = features // heads
        rows = width * key_heads
        weights = {
            "in_proj_weight": torch.randn(features + 2 * rows, features), "in_proj_bias": torch.randn(features + 2 * rows),
            "out_proj.weight": torch.randn(features, features), "out_proj.bias": torch.randn(features),
        }
        weights = {key: (0.5 * value).requires_grad_() for key, value in weights.items()}

        def function(x):
            parts = F.linear(x, weights["in_proj_weight"], weights["in_proj_bias"]).split([features, rows, rows], -1)
            q, k, v = (part.unflatten(-1, (-1, width)).transpose(1, 2) for part in parts)
            if pairing:
                q, k = rotated(q, pairing), rotated(k, pairing)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
            return F.linear(y.transpose(1, 2).flatten(2), weights["out_proj.weight"], weights["out_proj.bias"])

        case("GroupedQueries", function, [torch.randn(2, steps, features)], weights, features=features, heads=heads,
             keyHeads=key_heads, pairing=pairing)


def rotated(x, pairing, offset=0):
    """Pairs as complex numbers times e^(i t / 10000^(2j / d))."""
    steps, width = x.shape[-2:]
    angles = torch.arange(offset, offset + steps)[:, None] * 10000.0 ** (-torch.arange(0, width, 2) / width)
    turn = torch.polar(torch.ones_like(angles), angles)
    if pairing == "neighbors":
        return torch.view_as_real(torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous()) * turn).flatten(-2)
    first, second = x.chunk(2, -1)
    turned = torch.complex(first, second) * turn
    return torch.cat([turned.real, turned.imag], -1)


def scores():
    for shape, keys, hidden, lengths in (((2, 3, 4), (2, 5, 2), 6, None), ((2, 1, 3), (2, 1, 3), 1, [1, 1]),
                                         ((3, 2, 2), (3, 4, 5), 3, [4, 1, 2])):
        q, k, v = torch.randn(shape), torch.randn(keys), torch.randn(*keys[:2], 3)
        left_out = padding(lengths, keys[1])

        def pooled(x, v):
            x = x if left_out is None else x.masked_fill(left_out[:, None], -torch.inf)
            weights = torch.softmax(x, -1)
            return weights @ v, weights

        additive = {"W_q.weight": torch.randn(hidden, shape[2]), "W_k.weight": torch.randn(hidden, keys[2]),
                    "w_v.weight": torch.randn(1, hidden)}
        additive = {key: value.requires_grad_() for key, value in additive.items()}

        def add(q, k, v):
            features = (q @ additive["W_q.weight"].T)[:, :, None] + (k @ additive["W_k.weight"].T)[:, None]
            return pooled((torch.tanh(features) @ additive["w_v.weight"].T)[..., 0], v)

        case("AdditiveAttention", add, [q, k, v], additive, hidden=hidden, lengths=lengths)
        matrix = {"weight": torch.randn(shape[2], keys[2]).requires_grad_()}
        case("BilinearAttention", lambda q, k, v: pooled(torch.einsum("bnq,qk,bmk->bnm", q, matrix["weight"], k), v),
             [q, k, v], matrix, lengths=lengths)
        other = torch.randn(*keys[:2], shape[2])
        for scaled in (True, False):
            factor = shape[2] ** -0.5 if scaled else 1.0
            case("DotProductAttention", lambda q, k, v: pooled(q @ k.transpose(1, 2) * factor, v), [q, other, v], {},
                 isScaled=scaled, lengths=lengths)


def positions():
    for pairing in ("halves", "neighbors"):
        case("RotaryPositions", lambda x: rotated(x, pairing, 7), [torch.randn(2, 3, 4, 6)], {}, pairing=pairing, offset=7)
    for features in (6, 5):
        t = torch.arange(3, 7)[:, None] / 10000.0 ** (torch.arange(0, features, 2) / features)
        table = torch.stack([t.sin(), t.cos()], -1).flatten(1)[:, :features]
        case("SinusoidalPositions", lambda x: x + table, [torch.randn(2, 4, features)], {}, offset=3)


def main():
    torch.manual_seed(7)
    torch.set_default_dtype(torch.float64)
    multi_head()
    grouped()
    scores()
    positions()
    print(family.save(pathlib.Path(__file__).resolve().parent, f"torch {torch.__version__}").stat().st_size)


main()
