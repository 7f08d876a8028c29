import Surprisal

/// The directions in which images of digits vary most: how few of 64 hold most of the variance, and what is lost.
func principalComponents() throws {
  let digits = try BuiltInDataSet(named: "digits").table()
  for share in [0.5, 0.9, 0.99] {
    let fit = try PrincipalComponents.fit(digits.rows, components: .varianceShare(share))
    print("\(Int(100 * share)) % of the variance: \(fit.model.componentCount) of 64 components")
  }
  let model = try PrincipalComponents.fit(digits.rows, components: .count(10)).model
  print("variances \(model.explainedVariance.prefix(3).map { show($0, 4) }.joined(separator: ", ")), …")
  // What the components leave of the variance is the mean squared distance from the reconstruction.
  let errors = try model.reconstructionErrors(of: digits.rows)
  let mean = errors.reduce(0, +) / Double(errors.count - 1)
  print("10 components leave \(show(model.remainingVariance, 4)), their reconstructions are off by \(show(mean, 4))")
}
