"""Operations that move, choose and join elements."""

import numpy as np
import torch
import torch.nn.functional as F

from reference import Family

DTYPES = (torch.float32, torch.bfloat16, torch.int64, torch.int32, torch.uint8, torch.bool)


def of_every_dtype(family, name, function, **attributes):
    """The same case with [2, 3] zeros and ones of every other dtype."""
    values = torch.tensor([[1, 0, 1], [0, 0, 1]])
    for dtype in DTYPES:
        family.case(name, function, [values.to(dtype)], **attributes)


def views(family):
    family.operation("reshape")
    for shape, to in (
        ((3, 4), [12]), ((3, 4), [2, 6]), ((3, 4), [2, -1]), ((2, 3, 5), [5, 6]), ((), [1, 1]), ((1, 1), []),
        ((0, 3), [3, 0]), ((0, 3), [0, 5, 2]), ((7,), [7]),
    ):
        family.case("reshape", lambda x: x.reshape(to), [family.normal(*shape)], shape=to)
    of_every_dtype(family, "reshape", lambda x: x.reshape(3, 2), shape=[3, 2])
    family.operation("transpose")
    for shape in ((3, 5), (1, 4), (2, 3, 5), (0, 3), (2, 0, 4), (2, 1, 3, 2)):
        family.case("transpose", lambda x: x.mT, [family.normal(*shape)])
    of_every_dtype(family, "transpose", lambda x: x.mT)
    family.operation("permute")
    for shape, axes in (
        ((2, 3, 5), [2, 0, 1]), ((2, 3, 5), [0, 2, 1]), ((2, 3, 5), [-1, 0, -2]), ((), []), ((4,), [0]),
        ((0, 3, 2), [1, 2, 0]), ((2, 3, 1, 4), [3, 1, 0, 2]),
    ):
        family.case("permute", lambda x: x.permute(axes), [family.normal(*shape)], axes=axes)
    family.operation("broadcast")
    for shape, to in (
        ((), [2, 3]), ((3,), [2, 3]), ((2, 1), [2, 5]), ((1, 3, 1), [4, 2, 3, 5]), ((1,), [0]), ((3, 2), [3, 2]),
        ((2, 3), [0, 2, 3]),
    ):
        family.case("broadcast", lambda x: x.broadcast_to(to), [family.normal(*shape)], shape=to)
    of_every_dtype(family, "broadcast", lambda x: x.broadcast_to(2, 2, 3), shape=[2, 2, 3])
    family.operation("expandAxis")
    for shape, axis in (((), 0), ((3,), 0), ((3,), 1), ((3, 2), -1), ((3, 2), 1), ((0,), 0)):
        family.case("expandAxis", lambda x: x.unsqueeze(axis), [family.normal(*shape)], axis=axis)
    family.operation("squeeze")
    for shape, axis in (((1,), 0), ((3, 1), 1), ((3, 1), -1), ((1, 0, 2), 0), ((2, 1, 3), 1)):
        family.case("squeeze", lambda x: x.squeeze(axis), [family.normal(*shape)], axis=axis)
    family.operation("diagonal")
    for shape in ((3, 3), (2, 4), (5, 2), (2, 3, 3), (0, 0), (1, 1), (2, 0, 3)):
        family.case("diagonal", lambda x: x.diagonal(dim1=-2, dim2=-1), [family.normal(*shape)])


def slices(family):
    family.operation("slice")
    for shape, starts, ends, steps in (
        ((7,), [2], [5], [1]), ((7,), [1], [7], [2]), ((7,), [3], [3], [1]),
        ((3, 5, 7), [0, 1, 2], [3, 4, 7], [1, 1, 3]),
        ((3, 5, 7), [1, 0, 0], [2, 5, 7], [1, 2, 1]), ((0, 3), [0, 1], [0, 3], [1, 1]), ((1,), [0], [1], [1]),
        ((4, 6), [0, 5], [4, 6], [3, 1]),
    ):
        places = tuple(slice(*parts) for parts in zip(starts, ends, steps))
        family.case("slice", lambda x: x[places], [family.normal(*shape)], starts=starts, ends=ends, steps=steps)
    of_every_dtype(family, "slice", lambda x: x[0:2, 1:3], starts=[0, 1], ends=[2, 3], steps=[1, 1])
    family.operation("index")
    for shape, axis, position in (((5,), 0, 3), ((3, 5, 7), 0, 2), ((3, 5, 7), 1, 0), ((3, 5, 7), -1, 6),
    ((3, 0), 0, 1)):
        family.case("index", lambda x: x.select(axis, position), [family.normal(*shape)], axis=axis, position=position)
    of_every_dtype(family, "index", lambda x: x.select(1, 2), axis=1, position=2)
    family.operation("flip")
    for shape, axes in (((5,), [0]), ((3, 5, 7), [1]), ((3, 5, 7), [0, -1]), ((0, 3), [0, 1]), ((), []), ((2, 1), [1])):
        family.case("flip", lambda x: x.flip(axes), [family.normal(*shape)], axes=axes)
    of_every_dtype(family, "flip", lambda x: x.flip([0, 1]), axes=[0, 1])


def choices(family):
    family.operation("select")
    for shape, axis, indices in (
        ((5,), 0, [4, 0, 0, 2]), ((3, 5, 7), 0, [2, 1]), ((3, 5, 7), 1, [0, 0, 4, 3, 1, 2]), ((3, 5, 7), -1, [6]),
        ((4, 2), 0, []), ((3, 0), 0, [1, 1]),
    ):
        x1 = np.array(indices, dtype=np.int64)
        family.case("select", lambda x, i: torch.index_select(x, axis, i), [family.normal(*shape), x1], axis=axis)
    for dtype in DTYPES:
        family.case(
            "select", lambda x, i: torch.index_select(x, 1, i),
            [torch.tensor([[1, 0, 1], [0, 0, 1]]).to(dtype), np.array([2, 0, 2])], axis=1)
    gathers = (
        ((5,), (3,), 0), ((3, 5), (2, 5), 0), ((3, 5), (3, 2), 1), ((2, 4, 3), (2, 7, 3), 1),
        ((2, 4, 3), (2, 4, 1), -1),
        ((3, 5), (0, 5), 0), ((1, 1), (4, 1), 0),
    )
    family.operation("gather")
    for shape, to, axis in gathers:
        x1 = family.indices(shape[axis], *to)
        family.case("gather", lambda x, i: torch.gather(x, axis, i), [family.normal(*shape), x1], axis=axis)
    family.case("gather", lambda x, i: torch.gather(x, 0, i), [np.array([5, 6, 7]), np.array([2, 2, 0, 1])], axis=0)
    family.operation("scatterAdd")
    for shape, to, axis in gathers:
        x1 = family.indices(shape[axis], *to)
        family.case(
            "scatterAdd", lambda x, i, s: torch.scatter_add(x, axis, i, s),
            [family.normal(*shape), x1, family.normal(*to)], axis=axis)
    # Whole slices added at indices along an axis: the transpose of select.
    family.operation("addSlices")
    for shape, axis, indices in (
        ((5,), 0, [4, 0, 0, 2]), ((3, 5, 7), 0, [2, 1]), ((3, 5, 7), 1, [0, 0, 4, 3, 1, 2]), ((3, 2, 4), -1, [3, 3]),
        ((4, 2), 0, []), ((3, 0), 0, [1, 1]),
    ):
        to = list(shape)
        to[axis] = len(indices)
        family.case(
            "addSlices", lambda x, i, s: torch.index_add(x, axis, i, s),
            [family.normal(*shape), np.array(indices, dtype=np.int64), family.normal(*to)], axis=axis)
    family.operation("oneHot")
    for shape, depth in (((4,), 5), ((2, 3), 3), ((), 2), ((0,), 4), ((1,), 1)):
        x0 = family.indices(depth, *shape)
        family.case("oneHot", lambda i: F.one_hot(i, depth).to(torch.float32), [x0], depth=depth)
    family.operation("maskedFill")
    for shape, mask, value in (
        ((3, 5), (3, 5), -1.5), ((3, 5), (5,), 0.0), ((2, 3, 4), (3, 1), -1e9), ((), (), 2.0), ((0, 3), (3,), 1.0),
    ):
        x1 = family.generator.random(mask) < 0.5
        family.case("maskedFill", lambda x, m: x.masked_fill(m, value), [family.normal(*shape), x1], value=value)
    for name, function in (("lowerTriangle", torch.tril), ("upperTriangle", torch.triu)):
        family.operation(name)
        for shape in ((4, 4), (3, 5), (5, 2), (2, 3, 3), (1, 1), (0, 3)):
            for diagonal in (0, -1, 2):
                family.case(name, lambda x: function(x, diagonal), [family.normal(*shape)], diagonal=diagonal)
        of_every_dtype(family, name, lambda x: function(x, 0), diagonal=0)


def joins(family):
    family.operation("concatenate")
    for shapes, axis in (
        (((2, 3), (4, 3)), 0), (((2, 3), (2, 1), (2, 5)), 1), (((2, 3, 4), (2, 3, 4)), -1), (((0, 3), (2, 3)), 0),
        (((5,),), 0), (((0,), (0,)), 0), (((1,), (2,), (3,), (4,)), 0),
    ):
        family.case("concatenate", lambda *xs: torch.cat(xs, axis), [family.normal(*s) for s in shapes], axis=axis)
    family.operation("stack")
    for shape, count, axis in (((3,), 2, 0), ((3,), 2, 1), ((2, 3), 3, -1), ((), 4, 0), ((0, 2), 2, 1), ((2, 3), 1, 1)):
        family.case(
            "stack", lambda *xs: torch.stack(xs, axis), [family.normal(*shape) for _ in range(count)], axis=axis)
    for name, function in (("concatenate", torch.cat), ("stack", torch.stack)):
        for dtype in DTYPES:
            pair = [torch.tensor([[1, 0], [0, 1]]).to(dtype), torch.tensor([[0, 0], [1, 1]]).to(dtype)]
            family.case(name, lambda *xs: function(xs, 1), pair, axis=1)
    family.operation("split")
    for shape, axis, sizes in (
        ((7,), 0, [2, 5]), ((3, 6), 1, [1, 2, 3]), ((3, 6), -1, [6]), ((4, 2), 0, [0, 4]), ((2, 3, 4), 1, [1, 1, 1]),
    ):
        family.case("split", lambda x: torch.split(x, sizes, axis), [family.normal(*shape)], axis=axis, sizes=sizes)
    family.operation("pad")
    for shape, widths, value in (
        ((3,), [[1, 2]], 0.0), ((2, 3), [[0, 0], [1, 1]], 0.0), ((2, 3), [[1, 0], [0, 2]], -1.5),
        ((2, 3, 4), [[0, 0], [1, 2], [3, 0]], 0.0), ((0, 2), [[1, 1], [0, 0]], 3.0), ((1,), [[0, 0]], 0.0),
        ((), [], 0.0),
    ):
        flat = [width for pair in reversed(widths) for width in pair]
        family.case(
            "pad", lambda x: F.pad(x, flat, value=value) if flat else x * 1, [family.normal(*shape)], widths=widths,
            value=value)
    family.case("pad", lambda x: F.pad(x, [1, 1], value=7), [np.array([1, 2])], widths=[[1, 1]], value=7)
    family.operation("repeat")
    for shape, counts in (((3,), [2]), ((2, 3), [1, 2]), ((2, 3), [3, 1]), ((3,), [2, 2]), ((), [3]),
    ((2, 1), [2, 1, 3]), ((2,), [0])):
        family.case("repeat", lambda x: x.repeat(counts), [family.normal(*shape)], counts=counts)
    family.operation("repeatElements")
    for shape, axis, count in (((3,), 0, 2), ((2, 3), 0, 3), ((2, 3), -1, 2), ((2, 3, 2), 1, 1), ((0, 3), 1, 2),
    ((3,), 0, 0)):
        family.case(
            "repeatElements", lambda x: torch.repeat_interleave(x, count, axis), [family.normal(*shape)], axis=axis,
            count=count)
    for name, function, attributes in (
        ("repeat", lambda x: x.repeat(2, 1), {"counts": [2, 1]}),
        ("repeatElements", lambda x: torch.repeat_interleave(x, 2, 1), {"axis": 1, "count": 2}),
    ):
        of_every_dtype(family, name, function, **attributes)


def orders(family):
    family.operation("sort")
    for shape, axis in (((7,), 0), ((3, 5, 7), 0), ((3, 5, 7), 1), ((3, 5, 7), -1), ((0, 3), 1), ((1,), 0),
    ((2, 65), 1)):
        for descending in (False, True):
            family.case(
                "sort", lambda x: torch.sort(x, dim=axis, descending=descending, stable=True),
                [family.distinct(*shape)], axis=axis, descending=descending)
    for descending in (False, True):
        # Equal elements keep their order.
        ties = [[1.0, 0.0, 1.0, 0.0, 2.0, 1.0]]
        for value in (ties, np.array(ties).astype(np.int64), torch.tensor(ties), torch.tensor(ties).to(torch.bfloat16)):
            family.case(
                "sort", lambda x: torch.sort(x, dim=1, descending=descending, stable=True), [value], edge=True, axis=1,
                descending=descending)
        # NaN comes last in either order.
        x = np.array([0.5, np.nan, np.inf, -1.0, -np.inf])
        order = np.array([2, 0, 3, 4, 1] if descending else [4, 3, 0, 2, 1])
        family.known("sort", [x], [x[order], order], [], [], axis=0, descending=descending)
    family.operation("topK")
    for shape, axis, k in (((7,), 0, 3), ((3, 5, 7), 0, 2), ((3, 5, 7), -1, 7), ((2, 5), 1, 1), ((3, 4), 1, 0),
    ((0, 3), 1, 2)):
        family.case("topK", lambda x: torch.topk(x, k, dim=axis), [family.distinct(*shape)], axis=axis, k=k)


def products(family):
    family.operation("einsum")
    for equation, shapes in (
        ("ij,jk->ik", ((3, 4), (4, 5))), ("bij,bjk->bik", ((2, 3, 4), (2, 4, 5))), ("i,i->", ((5,), (5,))),
        ("i,j->ij", ((3,), (4,))), ("ij->ji", ((3, 4),)), ("ij->", ((3, 4),)), ("ij->j", ((3, 4),)),
        ("ii->i", ((4, 4),)),
        ("ii->", ((4, 4),)), ("bhqd,bhkd->bhqk", ((2, 2, 3, 4), (2, 2, 5, 4))), ("ij,j->i", ((3, 4), (4,))),
        ("ij,ij->i", ((3, 4), (3, 4))), ("ij,kl->ijkl", ((2, 3), (1, 2))), ("ij,jk,kl->il", ((2, 3), (3, 4), (4, 2))),
        ("bn,anm,bm->ba", ((2, 3), (4, 3, 5), (2, 5))), ("...ij,...jk->...ik", ((2, 3, 4), (4, 5))),
        ("ij,jk", ((3, 4), (4, 5))),
        ("ij,jk->ik", ((0, 4), (4, 5))), ("ij,jk->ik", ((2, 0), (0, 5))),
    ):
        family.case(
            "einsum", lambda *xs: torch.einsum(equation, *xs), [family.normal(*s) for s in shapes], equation=equation)


def family():
    result = Family("shape")
    views(result)
    slices(result)
    choices(result)
    joins(result)
    orders(result)
    products(result)
    return result
