import Surprisal

/// Numbers of the kind the notes fit: y = 5 + 1.2 x − 3.4 x²/2! + 5.6 x³/3! + ε with ε ~ N(0, 0.1²).
func noisyCubic(_ x: Tensor, using generator: inout RandomGenerator) -> Tensor {
  let noise = Tensor.normal(standardDeviation: 0.1, shape: x.shape, dtype: .float64, using: &generator)
  let third = 5.6 / 6
  let slope = (x * third - 1.7) * x + 1.2
  return slope * x + noise + 5
}

/// A line is too stiff for a cubic and misses it everywhere; a polynomial of degree 16 through 20 points follows their
/// noise. Weight decay makes the same polynomial stiffer by degrees.
func polynomialFit() throws {
  var generator = RandomGenerator(seed: 3)
  let x = Tensor(linearFrom: -1.5, to: 1.5, count: 20, dtype: .float64).reshaped(to: [20, 1])
  let y = noisyCubic(x, using: &generator)
  let newX = Tensor.uniform(in: -1.5..<1.5, shape: [1_000, 1], dtype: .float64, using: &generator)
  let newY = noisyCubic(newX, using: &generator)
  for degree in [1, 3, 16] {
    let powers = Powers(degree: degree)
    let fit = try LinearRegression(fitting: powers(x), to: y)
    let (known, new) = (fit.halfSquaredError(powers(x), y), fit.halfSquaredError(powers(newX), newY))
    print("degree \(degree): loss in training \(show(known)), of new data \(show(new))")
  }
  print("the noise alone: ½ σ² = \(show(0.1 * 0.1 / 2))")
  let powers = Powers(degree: 16)
  let path = try RidgePath(powers(x), y)
  for decay in [1e-6, 1e-3, 0.1, 1] {
    let fit = try LinearRegression(path, decay: decay)
    let (known, new) = (fit.halfSquaredError(powers(x), y), fit.halfSquaredError(powers(newX), newY))
    print(
      "degree 16, λ = \(NumberText.general(decay)): loss in training \(show(known)), of new data \(show(new)), "
        + "‖w‖ = \(show(fit.weights.norm().item, 4))")
  }
}
