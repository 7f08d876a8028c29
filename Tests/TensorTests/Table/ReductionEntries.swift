import SurprisalTensors

/// A reduction over `axes`, which may be absent, with `keep`.
private func reduction(
  _ name: String, _ function: String, tolerances: Tolerances = .composed,
  _ operation: @escaping @Sendable (_ x: Tensor, _ axes: [Int]?, _ keep: Bool) -> Tensor
) -> OperationEntry {
  OperationEntry(name, function, tolerances: tolerances) { x, attributes in
    [operation(x[0], attributes.optionalInts("axes"), attributes.bool("keep"))]
  }
}

/// Reductions over axes, running sums and norms.
let reductionEntries: [OperationEntry] = [
  reduction("sum", "sum(alongAxes:keepingAxes:)") { $0.sum(alongAxes: $1, keepingAxes: $2) },
  reduction("mean", "mean(alongAxes:keepingAxes:)") { $0.mean(alongAxes: $1, keepingAxes: $2) },
  OperationEntry("variance", "variance(alongAxes:correction:keepingAxes:)") { x, attributes in
    [
      x[0].variance(
        alongAxes: attributes.optionalInts("axes"), correction: attributes.double("correction"),
        keepingAxes: attributes.bool("keep"))
    ]
  },
  OperationEntry("standardDeviation", "standardDeviation(alongAxes:correction:keepingAxes:)") { x, attributes in
    [
      x[0].standardDeviation(
        alongAxes: attributes.optionalInts("axes"), correction: attributes.double("correction"),
        keepingAxes: attributes.bool("keep"))
    ]
  },
  reduction("product", "product(alongAxes:keepingAxes:)") { $0.product(alongAxes: $1, keepingAxes: $2) },
  reduction("max", "max(alongAxes:keepingAxes:)", tolerances: .exact) { $0.max(alongAxes: $1, keepingAxes: $2) },
  reduction("min", "min(alongAxes:keepingAxes:)", tolerances: .exact) { $0.min(alongAxes: $1, keepingAxes: $2) },
  OperationEntry("argmax", "argmax(alongAxis:keepingAxis:)", tolerances: .exact, narrowTypes: [.float32]) {
    [$0[0].argmax(alongAxis: $1.optionalInt("axis"), keepingAxis: $1.bool("keep"))]
  },
  OperationEntry("argmin", "argmin(alongAxis:keepingAxis:)", tolerances: .exact, narrowTypes: [.float32]) {
    [$0[0].argmin(alongAxis: $1.optionalInt("axis"), keepingAxis: $1.bool("keep"))]
  },
  reduction("any", "any(alongAxes:keepingAxes:)", tolerances: .exact) { $0.any(alongAxes: $1, keepingAxes: $2) },
  reduction("all", "all(alongAxes:keepingAxes:)", tolerances: .exact) { $0.all(alongAxes: $1, keepingAxes: $2) },
  reduction("logSumExp", "logSumExp(alongAxes:keepingAxes:)") { $0.logSumExp(alongAxes: $1, keepingAxes: $2) },
  OperationEntry("cumulativeSum", "cumulativeSum(alongAxis:)") { [$0[0].cumulativeSum(alongAxis: $1.int("axis"))] },
  reduction("norm1", "norm(order:alongAxes:keepingAxes:)") { $0.norm(order: 1, alongAxes: $1, keepingAxes: $2) },
  reduction("norm2", "norm(order:alongAxes:keepingAxes:)") { $0.norm(alongAxes: $1, keepingAxes: $2) },
  OperationEntry("normP", "norm(order:alongAxes:keepingAxes:)") { x, attributes in
    [
      x[0].norm(
        order: attributes.double("p"), alongAxes: attributes.optionalInts("axes"), keepingAxes: attributes.bool("keep"))
    ]
  },
  OperationEntry("frobeniusNorm", "frobeniusNorm(keepingAxes:)") {
    [$0[0].frobeniusNorm(keepingAxes: $1.bool("keep"))]
  },
]
