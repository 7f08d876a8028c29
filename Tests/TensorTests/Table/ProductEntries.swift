import SurprisalTensors

let productEntries: [OperationEntry] = [
  OperationEntry("matmul", "matmul(_:)", tolerances: .products) { x, _ in [x[0].matmul(x[1])] },
  OperationEntry("dot", "dot(_:)", tolerances: .products) { x, _ in [x[0].dot(x[1])] },
  OperationEntry("outer", "outer(_:)") { $0.outer($1) },
  OperationEntry("linear", "linear(weight:bias:)", tolerances: .products) { x, _ in
    [x[0].linear(weight: x[1], bias: x.count > 2 ? x[2] : nil)]
  },
  OperationEntry(
    "convolution1d", "convolution1d(weight:bias:stride:padding:dilation:groups:)", tolerances: .products
  ) { x, a in
    [
      x[0].convolution1d(
        weight: x[1], bias: x.count > 2 ? x[2] : nil, stride: a.int("stride"), padding: Padding1D(a.int("padding")),
        dilation: a.int("dilation"), groups: a.int("groups"))
    ]
  },
  OperationEntry(
    "convolution2d", "convolution2d(weight:bias:stride:padding:dilation:groups:)", tolerances: .products
  ) { x, a in
    [
      x[0].convolution2d(
        weight: x[1], bias: x.count > 2 ? x[2] : nil, stride: a.size("stride"), padding: a.padding,
        dilation: a.size("dilation"), groups: a.int("groups"))
    ]
  },
  OperationEntry(
    "convolutionTransposed1d",
    "convolutionTransposed1d(weight:bias:stride:padding:outputPadding:dilation:groups:)", tolerances: .products
  ) { x, a in
    [
      x[0].convolutionTransposed1d(
        weight: x[1], bias: x.count > 2 ? x[2] : nil, stride: a.int("stride"), padding: Padding1D(a.int("padding")),
        outputPadding: a.int("outputPadding"), dilation: a.int("dilation"), groups: a.int("groups"))
    ]
  },
  OperationEntry(
    "convolutionTransposed2d",
    "convolutionTransposed2d(weight:bias:stride:padding:outputPadding:dilation:groups:)", tolerances: .products
  ) { x, a in
    [
      x[0].convolutionTransposed2d(
        weight: x[1], bias: x.count > 2 ? x[2] : nil, stride: a.size("stride"), padding: a.padding,
        outputPadding: a.size("outputPadding"), dilation: a.size("dilation"), groups: a.int("groups"))
    ]
  },
  OperationEntry("maxPool1d", "maxPool1d(kernel:stride:padding:dilation:roundsUp:)", tolerances: .exact) { x, a in
    [
      x[0].maxPool1d(
        kernel: a.int("kernel"), stride: a.int("stride"), padding: Padding1D(a.int("padding")),
        dilation: a.int("dilation"))
    ]
  },
  OperationEntry("maxPool2d", "maxPool2d(kernel:stride:padding:dilation:roundsUp:)", tolerances: .exact) { x, a in
    [
      x[0].maxPool2d(
        kernel: a.size("kernel"), stride: a.size("stride"), padding: a.padding, dilation: a.size("dilation"))
    ]
  },
  OperationEntry("averagePool1d", "averagePool1d(kernel:stride:padding:countsPadding:roundsUp:)") { x, a in
    [
      x[0].averagePool1d(
        kernel: a.int("kernel"), stride: a.int("stride"), padding: Padding1D(a.int("padding")),
        countsPadding: a.bool("countPadding"))
    ]
  },
  OperationEntry("averagePool2d", "averagePool2d(kernel:stride:padding:countsPadding:roundsUp:)") { x, a in
    [
      x[0].averagePool2d(
        kernel: a.size("kernel"), stride: a.size("stride"), padding: a.padding,
        countsPadding: a.bool("countPadding"))
    ]
  },
  OperationEntry("adaptiveMaxPool1d", "adaptiveMaxPool1d(output:)", tolerances: .exact) { x, a in
    [x[0].adaptiveMaxPool1d(output: a.int("output"))]
  },
  OperationEntry("adaptiveMaxPool2d", "adaptiveMaxPool2d(output:)", tolerances: .exact) { x, a in
    [x[0].adaptiveMaxPool2d(output: a.size("output"))]
  },
  OperationEntry("adaptiveAveragePool1d", "adaptiveAveragePool1d(output:)") { x, a in
    [x[0].adaptiveAveragePool1d(output: a.int("output"))]
  },
  OperationEntry("adaptiveAveragePool2d", "adaptiveAveragePool2d(output:)") { x, a in
    [x[0].adaptiveAveragePool2d(output: a.size("output"))]
  },
]

extension Attributes {
  /// The pair `key` of a height and a width.
  fileprivate func size(_ key: String) -> Size2D { Size2D(height: ints(key)[0], width: ints(key)[1]) }

  /// The attribute `padding` of two axes.
  fileprivate var padding: Padding2D { Padding2D(height: ints("padding")[0], width: ints("padding")[1]) }
}
