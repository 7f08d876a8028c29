import Surprisal

/// Numbers of the kind the notes fit: y = 5 + 1.2 x − 3.4 x²/2! + 5.6 x³/3! + ε with ε ~ N(0, 0.1²), x in ±1.5.
func cubicData(_ count: Int, using generator: inout RandomGenerator) -> (x: Tensor, y: Tensor) {
  let x = Tensor.uniform(in: -1.5..<1.5, shape: [count, 1], dtype: .float64, using: &generator)
  let noise = Tensor.normal(standardDeviation: 0.1, shape: [count, 1], dtype: .float64, using: &generator)
  let third = 5.6 / 6
  let slope = (x * third - 1.7) * x + 1.2
  return (x, slope * x + 5 + noise)
}

/// A line is too stiff for a cubic and misses it everywhere; a polynomial of degree 14 through 20 points follows their
/// noise. Weight decay makes the same polynomial stiffer by degrees.
func polynomialFit() throws {
  var generator = RandomGenerator(seed: 3)
  let (x, y) = cubicData(20, using: &generator)
  let (newX, newY) = cubicData(1_000, using: &generator)
  for degree in [1, 3, 14] {
    let powers = Powers(degree: degree)
    let fit = try LinearRegression(fitting: powers(x), to: y)
    let (known, new) = (fit.halfSquaredError(powers(x), y), fit.halfSquaredError(powers(newX), newY))
    print("degree \(degree): loss in training \(show(known)), of new data \(show(new))")
  }
  print("the noise alone: ½ σ² = \(show(0.1 * 0.1 / 2))")
  let powers = Powers(degree: 14)
  let path = try RidgePath(powers(x), y)
  for decay in [1e-6, 1e-4, 1e-2, 1] {
    let fit = try LinearRegression(path, decay: decay)
    let (known, new) = (fit.halfSquaredError(powers(x), y), fit.halfSquaredError(powers(newX), newY))
    print(
      "degree 14, λ = \(NumberText.general(decay)): loss in training \(show(known)), of new data \(show(new)), "
        + "‖w‖ = \(show(fit.weights.norm().item, 4))")
  }
}
