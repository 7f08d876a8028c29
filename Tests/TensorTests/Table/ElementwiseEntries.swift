import SurprisalTensors

let elementwiseEntries: [OperationEntry] =
  unaryEntries + gammaEntries + activationEntries + arithmeticEntries + comparisonEntries + choiceEntries

private let unaryEntries: [OperationEntry] = [
  OperationEntry("negate", "-(Tensor)") { -$0 },
  OperationEntry("abs", "abs()") { $0.abs() },
  OperationEntry("sign", "sign()") { $0.sign() },
  OperationEntry("square", "square()") { $0.square() },
  OperationEntry("sqrt", "squareRoot()") { $0.squareRoot() },
  OperationEntry("rsqrt", "reciprocalSquareRoot()") { $0.reciprocalSquareRoot() },
  OperationEntry("reciprocal", "reciprocal()") { $0.reciprocal() },
  OperationEntry("exp", "exp()") { $0.exp() },
  OperationEntry("exp", "exp(_:)") { exp($0) },
  OperationEntry("expMinusOne", "expMinusOne()") { $0.expMinusOne() },
  OperationEntry("log", "log()") { $0.log() },
  OperationEntry("log", "log(_:)") { log($0) },
  OperationEntry("logOnePlus", "log(onePlus:)") { log(onePlus: $0) },
  OperationEntry("sin", "sin()") { $0.sin() },
  OperationEntry("sin", "sin(_:)") { sin($0) },
  OperationEntry("cos", "cos()") { $0.cos() },
  OperationEntry("cos", "cos(_:)") { cos($0) },
  OperationEntry("tanh", "tanh()") { $0.tanh() },
  OperationEntry("tanh", "tanh(_:)") { tanh($0) },
  OperationEntry("erf", "erf()") { $0.erf() },
  OperationEntry("floor", "floor()") { $0.floor() },
  OperationEntry("ceil", "ceil()") { $0.ceil() },
  OperationEntry("round", "rounded()") { $0.rounded() },
]

private let gammaEntries: [OperationEntry] = [
  OperationEntry("lgamma", "logGamma()", tolerances: .composed) { $0.logGamma() },
  OperationEntry("digamma", "digamma()", tolerances: .composed) { $0.digamma() },
  OperationEntry("polygamma", "polygamma(order:)", tolerances: .composed) { x, attributes in
    [x[0].polygamma(order: attributes.int("order"))]
  },
]

private let activationEntries: [OperationEntry] = [
  OperationEntry("sigmoid", "sigmoid()") { $0.sigmoid() },
  OperationEntry("softplus", "softplus()") { $0.softplus() },
  OperationEntry("relu", "relu()") { $0.relu() },
  OperationEntry("leakyRelu", "leakyReLU(slope:)", tolerances: .elementary) { x, attributes in
    [x[0].leakyReLU(slope: attributes.double("slope"))]
  },
  OperationEntry("elu", "elu(alpha:)", tolerances: .elementary) { x, attributes in
    [x[0].elu(alpha: attributes.double("alpha"))]
  },
  OperationEntry("gelu", "gelu()", tolerances: .composed) { $0.gelu() },
  OperationEntry("geluTanh", "geluTanh()", tolerances: .composed) { $0.geluTanh() },
  OperationEntry("silu", "silu()", tolerances: .composed) { $0.silu() },
]

private let arithmeticEntries: [OperationEntry] =
  [
    OperationEntry("add", "+(Tensor, Tensor)", tolerances: .elementary) { $0 + $1 },
    OperationEntry("subtract", "-(Tensor, Tensor)", tolerances: .elementary) { $0 - $1 },
    OperationEntry("multiply", "*(Tensor, Tensor)", tolerances: .elementary) { $0 * $1 },
    OperationEntry("divide", "/(Tensor, Tensor)", tolerances: .elementary) { $0 / $1 },
    OperationEntry("power", "power(_: Tensor)", tolerances: .composed) { $0.power($1) },
    OperationEntry("timesLog", "timesLog(_:)", tolerances: .composed) { $0.timesLog($1) },
    assignment("add", "+=(Tensor, Tensor)") { $0 += $1 },
    assignment("subtract", "-=(Tensor, Tensor)") { $0 -= $1 },
    assignment("multiply", "*=(Tensor, Tensor)") { $0 *= $1 },
    assignment("divide", "/=(Tensor, Tensor)") { $0 /= $1 },
  ]
  + withNumber("add", "+(Tensor, Double)", "+(Double, Tensor)", { $0 + $1 }, { $0 + $1 })
  + withNumber("subtract", "-(Tensor, Double)", "-(Double, Tensor)", { $0 - $1 }, { $0 - $1 })
  + withNumber("multiply", "*(Tensor, Double)", "*(Double, Tensor)", { $0 * $1 }, { $0 * $1 })
  + withNumber("divide", "/(Tensor, Double)", "/(Double, Tensor)", { $0 / $1 }, { $0 / $1 })
  + withNumber(
    "power", "power(_: Double)", "power(_: Tensor)", tolerances: .composed, { $0.power($1) },
    { Tensor($0, dtype: $1.dtype).power($1) })
  + [
    numberAssignment("add", "+=(Tensor, Double)") { $0 += $1 },
    numberAssignment("subtract", "-=(Tensor, Double)") { $0 -= $1 },
    numberAssignment("multiply", "*=(Tensor, Double)") { $0 *= $1 },
    numberAssignment("divide", "/=(Tensor, Double)") { $0 /= $1 },
  ]

private let comparisonEntries: [OperationEntry] =
  comparison("equal", "==", { $0 .== $1 }, { $0 .== $1 })
  + comparison("notEqual", "!=", { $0 .!= $1 }, { $0 .!= $1 })
  + comparison("less", "<", { $0 .< $1 }, { $0 .< $1 })
  + comparison("lessEqual", "<=", { $0 .<= $1 }, { $0 .<= $1 })
  + comparison("greater", ">", { $0 .> $1 }, { $0 .> $1 })
  + comparison("greaterEqual", ">=", { $0 .>= $1 }, { $0 .>= $1 })
  + [
    OperationEntry("logicalAnd", ".&(Tensor, Tensor)") { $0 .& $1 },
    OperationEntry("logicalOr", ".|(Tensor, Tensor)") { $0 .| $1 },
    OperationEntry("logicalXor", ".^(Tensor, Tensor)") { $0 .^ $1 },
    OperationEntry("logicalNot", ".!(Tensor)") { .!$0 },
  ]

private let choiceEntries: [OperationEntry] =
  [
    OperationEntry(
      "where", "init(where: Tensor, _: Tensor, else: Tensor)", tolerances: .elementary,
      accepts: { !$0.has("scalar") }
    ) { x, _ in [Tensor(where: x[0], x[1], else: x[2])] },
    OperationEntry(
      "where", "init(where: Tensor, _: Tensor, else: Double)", "init(where: Tensor, _: Double, else: Tensor)",
      tolerances: .elementary, accepts: { $0.has("scalar") }
    ) { x, a in
      let number = a.double("scalar")
      return [
        a.string("side") == "right" ? Tensor(where: x[0], x[1], else: number) : Tensor(where: x[0], number, else: x[1])
      ]
    },
    OperationEntry("maximum", "maximum(_: Tensor, _: Tensor)") { Tensor.maximum($0, $1) },
    OperationEntry("minimum", "minimum(_: Tensor, _: Tensor)") { Tensor.minimum($0, $1) },
    OperationEntry(
      "clamp", "clamped(to: ClosedRange<Double>)", "clamped(to: PartialRangeFrom<Double>)",
      "clamped(to: PartialRangeThrough<Double>)", tolerances: .elementary
    ) { x, attributes in
      switch (attributes.optionalDouble("low"), attributes.optionalDouble("high")) {
      case (let low?, let high?): [x[0].clamped(to: low...high)]
      case (let low?, nil): [x[0].clamped(to: low...)]
      case (nil, let high?): [x[0].clamped(to: ...high)]
      case (nil, nil): [x[0]]
      }
    },
  ]
  + withNumber(
    "maximum", "maximum(_: Tensor, _: Double)", "maximum(_: Tensor, _: Tensor)", { Tensor.maximum($0, $1) },
    { Tensor.maximum(Tensor($0, dtype: $1.dtype), $1) })
  + withNumber(
    "minimum", "minimum(_: Tensor, _: Double)", "minimum(_: Tensor, _: Tensor)", { Tensor.minimum($0, $1) },
    { Tensor.minimum(Tensor($0, dtype: $1.dtype), $1) })

/// The cases of `name` with a number on the right, and those with one on the left.
private func withNumber(
  _ name: String, _ right: String, _ left: String, tolerances: Tolerances = .elementary,
  _ onRight: @escaping @Sendable (Tensor, Double) -> Tensor,
  _ onLeft: @escaping @Sendable (Double, Tensor) -> Tensor
) -> [OperationEntry] {
  let isOn = { @Sendable (side: String, attributes: Attributes) in
    attributes.has("scalar") && attributes.string("side") == side
  }
  return [
    OperationEntry(name, right, tolerances: tolerances, accepts: { isOn("right", $0) }) { x, attributes in
      [onRight(x[0], attributes.double("scalar"))]
    },
    OperationEntry(name, left, tolerances: tolerances, accepts: { isOn("left", $0) }) { x, attributes in
      [onLeft(attributes.double("scalar"), x[0])]
    },
  ]
}

private func comparison(
  _ name: String, _ symbol: String, _ ofTensors: @escaping @Sendable (Tensor, Tensor) -> Tensor,
  _ withNumber: @escaping @Sendable (Tensor, Double) -> Tensor
) -> [OperationEntry] {
  [
    OperationEntry(name, ".\(symbol)(Tensor, Tensor)", tolerances: .exact, ofTensors),
    OperationEntry(name, ".\(symbol)(Tensor, Double)", accepts: { $0.has("scalar") }) { x, attributes in
      [withNumber(x[0], attributes.double("scalar"))]
    },
  ]
}

private func assignment(
  _ name: String, _ function: String, _ assign: @escaping @Sendable (inout Tensor, Tensor) -> Void
) -> OperationEntry {
  OperationEntry(name, function, tolerances: .elementary) { (a: Tensor, b: Tensor) in
    var result = a
    assign(&result, b)
    return result
  }
}

private func numberAssignment(
  _ name: String, _ function: String, _ assign: @escaping @Sendable (inout Tensor, Double) -> Void
) -> OperationEntry {
  let accepts = { @Sendable (attributes: Attributes) in
    attributes.has("scalar") && attributes.string("side") == "right"
  }
  return OperationEntry(name, function, tolerances: .elementary, accepts: accepts) { x, attributes in
    var result = x[0]
    assign(&result, attributes.double("scalar"))
    return [result]
  }
}
