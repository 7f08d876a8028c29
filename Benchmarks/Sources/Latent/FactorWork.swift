import Surprisal

/// Principal components or factor analysis of rows with eight factors, x = Λ z + ε of uniform numbers.
struct FactorWork: InformationWork {
  /// What is fitted.
  enum Model { case components, analysis }

  private let model: Model
  private let rows: RowMatrix
  private static let factors = 8

  /// The numbers of `Factors` in run_information.py.
  init(_ model: Model, rows count: Int, columns: Int) throws {
    self.model = model
    let Q = FactorWork.factors
    func uniform(_ count: Int, seed: UInt32) -> [Double] {
      SharedInputs.words(count, seed: seed).map { (Double($0) + 0.5) / 4_294_967_296 * 2 - 1 }
    }
    let (z, noise) = (uniform(count * Q, seed: 1), uniform(count * columns, seed: 2))
    let loadings = uniform(Q * columns, seed: 3)
    var values = noise
    values.withUnsafeMutableBufferPointer { values in
      for row in 0..<count {
        for k in 0..<Q {
          for d in 0..<columns { values[row * columns + d] += z[row * Q + k] * loadings[k * columns + d] }
        }
      }
    }
    rows = try RowMatrix(values, columnCount: columns)
  }

  /// The variances of the first components, or the log-likelihood per row.
  func step(threads: Int) throws -> [Double] {
    switch model {
    case .components:
      return Array(try PrincipalComponents.fit(rows, threads: threads).model.explainedVariance.prefix(10))
    case .analysis:
      let configuration = FitConfiguration(starts: 1, engine: EngineOptions(threads: threads))
      let fit = try FactorAnalysis.fit(rows, factors: FactorWork.factors, configuration: configuration)
      return [fit.logLikelihood / Double(rows.rowCount)]
    }
  }
}
