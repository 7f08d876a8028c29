import Foundation
import SurprisalCore

@testable import SurprisalLatent

/// Random counts and scatter matrices as an M-step sees them, and members of the model classes.
struct CovarianceProblem {
  var counts: [Double]
  /// Full scatters, K × D × D.
  var full: [Double]
  var columns: Int

  var components: Int { counts.count }

  /// Scatters of `rows` Gaussian draws turned and stretched at random; `spread` is the standard
  /// deviation of the axes' logarithms.
  init(
    components: Int, columns: Int, rows: Int = 40, spread: Double = 1, scale: Double = 1,
    _ generator: inout RandomGenerator
  ) {
    self.columns = columns
    counts = []
    full = []
    for _ in 0..<components {
      let mixing = (0..<(columns * columns)).map { _ in generator.nextGaussian() }
      let lengths = (0..<columns).map { _ in exp(spread * generator.nextGaussian()) }
      var scatter = [Double](repeating: 0, count: columns * columns)
      for _ in 0..<rows {
        let draw = lengths.map { $0 * generator.nextGaussian() }
        let x = (0..<columns).map { row in
          (0..<columns).reduce(0) { $0 + mixing[row * columns + $1] * draw[$1] }
        }
        Dense.addRankOne(scale, x, to: &scatter, columns)
      }
      for row in 0..<columns {
        for column in 0..<row { scatter[column * columns + row] = scatter[row * columns + column] }
      }
      counts.append(Double(rows) * (0.5 + generator.nextUniform()))
      full += scatter
    }
  }

  /// The scatters in the form `model` takes.
  func scatters(_ model: CovarianceModel) -> [Double] {
    model.isDiagonal ? CovarianceProblem.diagonals(full, columns) : full
  }

  func fit(_ model: CovarianceModel, previous: [Double]? = nil) -> CovarianceUpdate {
    model.maximize(
      counts: counts, scatters: scatters(model), columns: columns, previous: previous)
  }

  func objective(_ model: CovarianceModel, _ covariances: [Double]) -> Double {
    CovarianceObjective.value(
      counts: counts, scatters: scatters(model), covariances: covariances, columns: columns,
      isDiagonal: model.isDiagonal)
  }

  static func diagonals(_ full: [Double], _ columns: Int) -> [Double] {
    full.indices.filter { $0 % (columns * columns) % (columns + 1) == 0 }.map { full[$0] }
  }

  static func expanded(_ diagonals: [Double], _ columns: Int) -> [Double] {
    var result = [Double](repeating: 0, count: diagonals.count * columns)
    for (index, value) in diagonals.enumerated() {
      result[index / columns * columns * columns + index % columns * (columns + 1)] = value
    }
    return result
  }
}

extension RandomGenerator {
  /// A draw from the standard normal distribution (Box–Muller).
  mutating func nextGaussian() -> Double {
    let radius = (-2 * log(1 - nextUniform())).squareRoot()
    return radius * cos(2 * Double.pi * nextUniform())
  }
}

/// Covariances as volumes, shapes and orientations, the way the models' letters speak of them.
struct CovarianceFactors {
  var columns: Int
  /// ln λ_k.
  var volumes: [Double]
  /// ln of the diagonal of A_k, by eigenvector.
  var shapes: [[Double]]
  /// Row-major eigenvectors as rows.
  var orientations: [[Double]]

  /// Decomposes K × D × D covariances, with common eigenvectors if `isCommon`.
  init?(_ covariances: [Double], columns: Int, isCommon: Bool, isDiagonal: Bool) {
    self.columns = columns
    volumes = []
    shapes = []
    orientations = []
    let size = columns * columns
    let matrices = stride(from: 0, to: covariances.count, by: size).map {
      Array(covariances[$0..<($0 + size)])
    }
    var common: [Double]?
    if isCommon {
      var sum = [Double](repeating: 0, count: size)
      for (index, matrix) in matrices.enumerated() {
        let trace = (0..<columns).reduce(0) { $0 + matrix[$1 * (columns + 1)] }
        Dense.addScaled((1 + 0.37 * Double(index)) / trace, matrix, to: &sum, size)
      }
      common = SymmetricEigen.decompose(sum, dimension: columns)?.vectors
    }
    if isDiagonal {
      common = (0..<size).map { $0 % (columns + 1) == 0 ? 1 : 0 }
    }
    for matrix in matrices {
      guard let vectors = common ?? SymmetricEigen.decompose(matrix, dimension: columns)?.vectors
      else { return nil }
      var turned = matrix
      var scratch = matrix
      Dense.congruence(of: matrix, by: vectors, into: &turned, scratch: &scratch, columns)
      let logs = (0..<columns).map { log(turned[$0 * (columns + 1)]) }
      let volume = logs.reduce(0, +) / Double(columns)
      volumes.append(volume)
      shapes.append(logs.map { $0 - volume })
      orientations.append(vectors)
    }
  }

  /// Σ_k, K × D × D.
  var covariances: [Double] {
    volumes.indices.flatMap { index -> [Double] in
      var result = [Double](repeating: 0, count: columns * columns)
      Dense.composeSymmetric(
        values: shapes[index].map { exp($0 + volumes[index]) }, vectors: orientations[index],
        into: &result, columns)
      return result
    }
  }

  /// Moves every free part of `model` by about `size`, the shared ones alike for all components.
  mutating func perturb(_ model: CovarianceModel, size: Double, _ generator: inout RandomGenerator) {
    let name = Array(model.rawValue)
    func draw(_ letter: Character, _ make: () -> [Double]) -> [[Double]] {
      switch letter {
      case "E": [[Double]](repeating: make(), count: volumes.count)
      case "V": volumes.map { _ in make() }
      default: [[Double]](repeating: [], count: volumes.count)
      }
    }
    let volumeSteps = draw(name[0]) { [size * generator.nextGaussian()] }
    let shapeSteps = draw(name[1]) {
      let step = (0..<columns).map { _ in size * generator.nextGaussian() }
      let mean = step.reduce(0, +) / Double(columns)
      return step.map { $0 - mean }
    }
    let angles = draw(name[2]) {
      (0..<(columns * (columns - 1) / 2)).map { _ in size * generator.nextGaussian() }
    }
    for index in volumes.indices {
      volumes[index] += volumeSteps[index].first ?? 0
      if !shapeSteps[index].isEmpty {
        shapes[index] = zip(shapes[index], shapeSteps[index]).map { $0 + $1 }
      }
      guard !angles[index].isEmpty else { continue }
      var next = 0
      for p in 0..<columns {
        for q in (p + 1)..<max(columns, p + 1) {
          let (cosine, sine) = (cos(angles[index][next]), sin(angles[index][next]))
          next += 1
          for column in 0..<columns {
            let a = orientations[index][p * columns + column]
            let b = orientations[index][q * columns + column]
            orientations[index][p * columns + column] = cosine * a + sine * b
            orientations[index][q * columns + column] = cosine * b - sine * a
          }
        }
      }
    }
  }
}

extension CovarianceModel {
  /// Whether the eigenvectors are shared but free.
  var hasCommonOrientation: Bool { rawValue.hasSuffix("E") }

  /// The parts of covariances found for this model, K × D (diagonal) or K × D × D.
  func factors(_ covariances: [Double], columns: Int) -> CovarianceFactors? {
    CovarianceFactors(
      isDiagonal ? CovarianceProblem.expanded(covariances, columns) : covariances,
      columns: columns, isCommon: hasCommonOrientation, isDiagonal: isDiagonal)
  }
}
