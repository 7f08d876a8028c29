import Surprisal

/// With 40 data there are none to spare for validation: each of five folds is kept apart once, and the mean of the five
/// losses chooses the degree of a polynomial, then the weight decay of one with too high a degree.
func crossValidation() throws {
  var generator = RandomGenerator(seed: 4)
  let x = Tensor.uniform(in: -1.5..<1.5, shape: [40, 1], dtype: .float64, using: &generator)
  let y = noisyCubic(x, using: &generator)
  let folds = try CrossValidation.folds(of: 40, into: 5)
  print("fold sizes \(folds.map { "\($0.training.count) + \($0.validation.count)" }.joined(separator: ", "))")

  /// The mean losses in training and validation over the folds.
  func losses(degree: Int, decay: Double) throws -> (training: Double, validation: Double) {
    let powers = Powers(degree: degree)(x)
    var sums = (training: 0.0, validation: 0.0)
    for fold in folds {
      let (known, kept) = (Tensor(fold.training), Tensor(fold.validation))
      let fit = try LinearRegression(fitting: powers.rows(at: known), to: y.rows(at: known), decay: decay)
      sums.training += fit.halfSquaredError(powers.rows(at: known), y.rows(at: known)) / Double(folds.count)
      sums.validation += fit.halfSquaredError(powers.rows(at: kept), y.rows(at: kept)) / Double(folds.count)
    }
    return sums
  }

  var best = (degree: 0, loss: Double.infinity)
  for degree in 1...8 {
    let (training, validation) = try losses(degree: degree, decay: 0)
    print("degree \(degree): loss in training \(show(training)), in validation \(show(validation))")
    if validation < best.loss { best = (degree, validation) }
  }
  print("chosen degree: \(best.degree)")

  var chosen = (decay: 0.0, loss: Double.infinity)
  for decay in [0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1] {
    let validation = try losses(degree: 10, decay: decay).validation
    print("degree 10, λ = \(NumberText.general(decay)): loss in validation \(show(validation))")
    if validation < chosen.loss { chosen = (decay, validation) }
  }
  print("chosen decay: λ = \(NumberText.general(chosen.decay))")
}
