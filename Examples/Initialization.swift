import Surprisal

/// A way to draw the first weights, and what it is called.
private let initializers: [(name: String, law: Initializer)] = [
  ("N(0, 0.01²)", .normal(standardDeviation: 0.01)), ("N(0, 1)", .normal(standardDeviation: 1)),
  ("Xavier", .xavierNormal()), ("Kaiming", .kaimingNormal()),
]

/// What follows every layer, and what it is called.
private let activations: [(name: String, apply: @Sendable (Tensor) -> Tensor)] = [
  ("ReLU", { $0.relu() }), ("tanh", { $0.tanh() }),
]

/// ‖∂J/∂h‖ for the values h of every layer of a network of 20 layers of 64 units, from the input on. J is a random
/// weighted sum of the last layer's values for 32 inputs drawn from N(0, 1).
private func gradientNorms(_ initializer: Initializer, _ activation: (Tensor) -> Tensor) -> [Double] {
  let (depth, width, batch) = (20, 64, 32)
  var generator = RandomGenerator(seed: 8)
  let x = Tensor.normal(shape: [batch, width], dtype: .float64, using: &generator)
  let direction = Tensor.normal(shape: [batch, width], dtype: .float64, using: &generator)
  let weights = (0..<depth).map { _ in
    initializer.tensor(shape: [width, width], dtype: .float64, using: &generator)
  }
  // A shift of 0 after every layer: the derivative by it is that by the layer's values.
  let shifts = Array(repeating: Tensor(zeros: [batch, width], dtype: .float64), count: depth + 1)
  let gradients = valueAndGradient(of: shifts) { (shifts: [Tensor]) -> Tensor in
    var h = x + shifts[0]
    for (weight, shift) in zip(weights, shifts.dropFirst()) { h = activation(h.linear(weight: weight)) + shift }
    return (h * direction).sum()
  }.gradients
  return gradients.map { $0.norm().item }
}

/// On its way back through 20 layers a gradient vanishes where the weights are small and explodes where they are
/// large. Drawn by Xavier's law for tanh and by Kaiming's for ReLU, it arrives as long as it was.
func initialization() throws {
  for activation in activations {
    for initializer in initializers {
      let norms = gradientNorms(initializer.law, activation.apply)
      let shown = [20, 15, 10, 5, 0].map { NumberText.general(norms[$0], 3) }.joined(separator: ", ")
      print("\(activation.name), \(initializer.name): ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = \(shown)")
    }
  }
}

/// The same norms at every layer, as an SVG document.
func initializationPlot() throws {
  let panels = activations.map { activation -> CurveChart.Panel in
    let curves = initializers.map { initializer -> CurveChart.Curve in
      let norms = gradientNorms(initializer.law, activation.apply)
      let points = norms.enumerated().map { (step: Double($0.offset), value: $0.element) }
      return CurveChart.Curve(initializer.name, points: points)
    }
    return CurveChart.Panel("‖∂J/∂h‖, \(activation.name)", curves: curves, isLogarithmic: true)
  }
  let chart = CurveChart(
    panels: panels, horizontalTitle: "layer, from the input to the output",
    title: "Gradients on their way back through 20 layers")
  print(chart.svg(), terminator: "")
}
