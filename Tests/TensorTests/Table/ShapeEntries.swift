import SurprisalTensors

let shapeEntries: [OperationEntry] = viewEntries + sliceEntries + joinEntries + choiceEntries + orderEntries

private let viewEntries: [OperationEntry] = [
  OperationEntry("reshape", "reshaped(to:)", tolerances: .exact) { x, attributes in
    [x[0].reshaped(to: attributes.ints("shape"))]
  },
  OperationEntry("reshape", "flattened(fromAxis:throughAxis:)", tolerances: .exact) { x, attributes in
    [x[0].flattened().reshaped(to: attributes.ints("shape"))]
  },
  OperationEntry("transpose", "transposed()", tolerances: .exact) { $0.transposed() },
  OperationEntry("transpose", "transposed(axes:_:)", tolerances: .exact) { $0.transposed(axes: -1, -2) },
  OperationEntry("permute", "permuted(_:)", tolerances: .exact) { x, attributes in
    [x[0].permuted(attributes.ints("axes"))]
  },
  OperationEntry("broadcast", "broadcast(to:)", tolerances: .exact) { x, attributes in
    [x[0].broadcast(to: attributes.ints("shape"))]
  },
  OperationEntry("expandAxis", "expandingAxis(_:)", tolerances: .exact) { x, attributes in
    [x[0].expandingAxis(attributes.int("axis"))]
  },
  // Only an axis of extent 1 can be left out; torch leaves others alone.
  OperationEntry("squeeze", "squeezing(axes:)", tolerances: .exact) { x, attributes in
    let axis = attributes.int("axis")
    return [x[0].squeezing(axes: x[0].shape[axis < 0 ? axis + x[0].rank : axis] == 1 ? [axis] : [])]
  },
  OperationEntry("diagonal", "diagonal(offset:alongAxes:)", tolerances: .exact) { $0.diagonal() },
]

private let sliceEntries: [OperationEntry] = [
  OperationEntry("slice", "subscript(_: [any AxisSelection])", tolerances: .exact) { x, attributes in
    [x[0][slices(x[0], attributes)]]
  },
  OperationEntry(
    "slice", "subscript(_: any AxisSelection...)", tolerances: .exact, accepts: { $0.ints("starts").count == 2 }
  ) { x, attributes in
    let slices = slices(x[0], attributes)
    return [x[0][slices[0], slices[1]]]
  },
  OperationEntry("slice", "sliced(_:alongAxis:)", tolerances: .exact) { x, attributes in
    [slices(x[0], attributes).enumerated().reduce(x[0]) { $0.sliced($1.element, alongAxis: $1.offset) }]
  },
  OperationEntry("index", "sliced(_:alongAxis:)", tolerances: .exact) { x, attributes in
    [x[0].sliced(attributes.int("position"), alongAxis: attributes.int("axis"))]
  },
  OperationEntry("index", "unstacked(alongAxis:)", tolerances: .exact) { x, attributes in
    [x[0].unstacked(alongAxis: attributes.int("axis"))[attributes.int("position")]]
  },
  OperationEntry("split", "split(sizes:alongAxis:)", tolerances: .exact) { x, attributes in
    x[0].split(sizes: attributes.ints("sizes"), alongAxis: attributes.int("axis"))
  },
  OperationEntry(
    "split", "split(count:alongAxis:)", tolerances: .exact, accepts: { Set($0.ints("sizes")).count == 1 }
  ) { x, attributes in x[0].split(count: attributes.ints("sizes").count, alongAxis: attributes.int("axis")) },
  OperationEntry("flip", "flipped(alongAxes:)", tolerances: .exact) { x, attributes in
    [x[0].flipped(alongAxes: attributes.ints("axes"))]
  },
]

private func slices(_ x: Tensor, _ attributes: Attributes) -> [any AxisSelection] {
  zip(zip(attributes.ints("starts"), attributes.ints("ends")), attributes.ints("steps")).map { ends, step in
    if step == 1 { return ends.0..<ends.1 }
    return stride(from: ends.0, to: ends.1, by: step)
  }
}

private let joinEntries: [OperationEntry] = [
  OperationEntry("concatenate", "init(concatenating:alongAxis:)", tolerances: .exact) { x, attributes in
    [Tensor(concatenating: x, alongAxis: attributes.int("axis"))]
  },
  OperationEntry("stack", "init(stacking:alongAxis:)", tolerances: .exact) { x, attributes in
    [Tensor(stacking: x, alongAxis: attributes.int("axis"))]
  },
  OperationEntry("pad", "padded(_:with:)", tolerances: .exact) { x, attributes in
    [x[0].padded(attributes.pairs("widths").map { ($0, $1) }, with: attributes.double("value"))]
  },
  OperationEntry("repeat", "repeated(_:)") { x, attributes in [x[0].repeated(attributes.ints("counts"))] },
  OperationEntry("repeatElements", "repeatedElements(_:alongAxis:)") { x, attributes in
    [x[0].repeatedElements(attributes.int("count"), alongAxis: attributes.int("axis"))]
  },
]

private let choiceEntries: [OperationEntry] = [
  OperationEntry("select", "selected(at:alongAxis:)") { x, attributes in
    [x[0].selected(at: x[1], alongAxis: attributes.int("axis"))]
  },
  OperationEntry("select", "rows(at:)", accepts: { $0.int("axis") == 0 }) { x, _ in [x[0].rows(at: x[1])] },
  OperationEntry("gather", "gathered(at:alongAxis:)") { x, attributes in
    [x[0].gathered(at: x[1], alongAxis: attributes.int("axis"))]
  },
  OperationEntry("scatterAdd", "addingScattered(_:at:alongAxis:)") { x, attributes in
    [x[0].addingScattered(x[2], at: x[1], alongAxis: attributes.int("axis"))]
  },
  OperationEntry("addSlices", "addingSlices(_:at:alongAxis:)") { x, attributes in
    [x[0].addingSlices(x[2], at: x[1], alongAxis: attributes.int("axis"))]
  },
  OperationEntry("oneHot", "init(oneHot:depth:dtype:)", tolerances: .exact) { x, attributes in
    [Tensor(oneHot: x[0], depth: attributes.int("depth"))]
  },
  OperationEntry("maskedFill", "filled(with:where:)", tolerances: .exact) { x, attributes in
    [x[0].filled(with: attributes.double("value"), where: x[1])]
  },
  OperationEntry("lowerTriangle", "lowerTriangle(diagonal:)", tolerances: .exact) { x, attributes in
    [x[0].lowerTriangle(diagonal: attributes.int("diagonal"))]
  },
  OperationEntry("upperTriangle", "upperTriangle(diagonal:)", tolerances: .exact) { x, attributes in
    [x[0].upperTriangle(diagonal: attributes.int("diagonal"))]
  },
]

private let orderEntries: [OperationEntry] = [
  OperationEntry("sort", "sorted(alongAxis:descending:)", tolerances: .exact) { x, attributes in
    let (values, indices) = x[0].sorted(
      alongAxis: attributes.int("axis"), descending: attributes.bool("descending"))
    return [values, indices]
  },
  OperationEntry(
    "sort", "sortingIndices(alongAxis:descending:)", tolerances: .exact
  ) { x, attributes in
    let axis = attributes.int("axis")
    let indices = x[0].sortingIndices(alongAxis: axis, descending: attributes.bool("descending"))
    return [x[0].gathered(at: indices, alongAxis: axis), indices]
  },
  OperationEntry("topK", "topElements(_:alongAxis:smallest:)", tolerances: .exact) { x, attributes in
    let (values, indices) = x[0].topElements(attributes.int("k"), alongAxis: attributes.int("axis"))
    return [values, indices]
  },
  // By the largest of -x.
  OperationEntry("topK", "topElements(_:alongAxis:smallest:)", tolerances: .exact) { x, attributes in
    let (values, indices) = (-x[0]).topElements(
      attributes.int("k"), alongAxis: attributes.int("axis"), smallest: true)
    return [-values, indices]
  },
  OperationEntry("einsum", "einsum(_: String, _: [Tensor])") { x, attributes in
    [Tensor.einsum(attributes.string("equation"), x)]
  },
  OperationEntry(
    "einsum", "einsum(_: String, _: Tensor...)", accepts: { $0.string("equation").count { $0 == "," } == 1 }
  ) { x, attributes in
    [Tensor.einsum(attributes.string("equation"), x[0], x[1])]
  },
]
