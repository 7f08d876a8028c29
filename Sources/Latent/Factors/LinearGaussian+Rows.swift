import CSurprisalKernels
import SurprisalCore

extension LinearGaussian {
  /// log p(x) of a row at the unit of x and E_q[log p(x, z)] under its posterior.
  struct RowTerms {
    var logDensity: Double
    var expectedLogJoint: Double
  }

  /// The terms of every row.
  func terms(of rows: RowMatrix, threads: Int?) -> [RowTerms] {
    let (D, Q, size) = (columnCount, factorCount, RowBlocks.size)
    let logScale = map.logScaleSum
    let constant = parameters.logConstant - logScale
    // At its mean z̄ the posterior adds ½ tr M⁻¹ M to the expected squares.
    let jointConstant =
      -0.5 * (Double(D + Q) * logTwoPi + parameters.logNoise + parameters.conditionTrace) - logScale
    let roots = parameters.noise.map { 1 / $0.squareRoot() }
    let values = RowBlocks.map(count: rows.rowCount, width: 2, scratch: size * (2 * D + Q), threads: threads) {
      range, out, y in
      let (z, fitted) = (y + size * D, y + size * (D + Q))
      rows.withUnsafeValues { map.load($0, range, into: y) }
      project(y, range.count, z: z, fitted: fitted)
      roots.withUnsafeBufferPointer { roots in
        for row in 0..<range.count {
          let (from, to) = (y + row * D, fitted + row * D)
          var square = 0.0
          for d in 0..<D {
            let rest = (from[d] - to[d]) * roots[d]
            square += rest * rest
          }
          for k in row * Q..<(row + 1) * Q { square += z[k] * z[k] }
          // Rows whose squares float64 cannot hold are further than any density it can.
          out[2 * row] = square.isFinite ? constant - 0.5 * square : -.infinity
          out[2 * row + 1] = square.isFinite ? jointConstant - 0.5 * square : -.infinity
        }
      }
    }
    return (0..<rows.rowCount).map { RowTerms(logDensity: values[2 * $0], expectedLogJoint: values[2 * $0 + 1]) }
  }

  /// z = B y and Λ z of `count` rows y.
  private func project(
    _ y: UnsafePointer<Double>, _ count: Int, z: UnsafeMutablePointer<Double>, fitted: UnsafeMutablePointer<Double>
  ) {
    let (D, Q) = (columnCount, factorCount)
    parameters.projection.withUnsafeBufferPointer { b in
      parameters.loadings.withUnsafeBufferPointer { loadings in
        guard let b = b.baseAddress, let loadings = loadings.baseAddress else { return }
        MatrixProduct.multiply(y, b, into: z, count, Q, D, transposed: true)
        MatrixProduct.multiply(z, loadings, into: fitted, count, D, Q, transposed: true)
      }
    }
  }

  func evidence(of rows: RowMatrix, weights: [Double]?, threads: Int?) -> Evidence {
    let terms = terms(of: rows, threads: threads)
    var (likelihood, joint, total) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
    for (row, term) in terms.enumerated() {
      let weight = weights?[row] ?? 1
      guard weight > 0 else { continue }
      likelihood.add(weight * term.logDensity)
      joint.add(weight * term.expectedLogJoint)
      total.add(weight)
    }
    return Evidence(
      expectedLogJoint: LogDensity(nats: joint.value),
      posteriorEntropy: LogDensity(nats: total.value * parameters.posteriorEntropy),
      logLikelihood: LogDensity(nats: likelihood.value))
  }

  func posteriorMeans(of rows: RowMatrix, threads: Int?) -> RowMatrix {
    let (D, Q) = (columnCount, factorCount)
    let values = RowBlocks.map(count: rows.rowCount, width: Q, scratch: RowBlocks.size * D, threads: threads) {
      range, out, y in
      rows.withUnsafeValues { map.load($0, range, into: y) }
      parameters.projection.withUnsafeBufferPointer { b in
        guard let b = b.baseAddress else { return }
        MatrixProduct.multiply(y, b, into: out, range.count, Q, D, transposed: true)
      }
    }
    return RowMatrix(unchecked: values, columnCount: Q)
  }

  func reconstruction(_ scores: RowMatrix, threads: Int?) -> RowMatrix {
    let (D, Q) = (columnCount, factorCount)
    let values = RowBlocks.map(count: scores.rowCount, width: D, scratch: 1, threads: threads) { range, out, _ in
      scores.withUnsafeValues { z in
        parameters.loadings.withUnsafeBufferPointer { loadings in
          guard let loadings = loadings.baseAddress else { return }
          MatrixProduct.multiply(
            z + range.lowerBound * Q, loadings, into: out, range.count, D, Q, transposed: true)
        }
      }
      map.restore(out, count: range.count)
    }
    return RowMatrix(unchecked: values, columnCount: D)
  }

  func drawn(_ count: Int, using generator: inout RandomGenerator) -> RowMatrix {
    let (D, Q) = (columnCount, factorCount)
    var normal = NormalSource()
    var values: [Double] = []
    values.reserveCapacity(max(0, count) * D)
    let roots = parameters.noise.map { $0.squareRoot() }
    let shift = (0..<D).map { map.shift[$0] }
    for _ in 0..<max(0, count) {
      let z = (0..<Q).map { _ in normal.next(using: &generator) }
      for d in 0..<D {
        var y = roots[d] * normal.next(using: &generator) + map.location[d]
        for k in 0..<Q { y += parameters.loadings[d * Q + k] * z[k] }
        values.append(shift[d] + y * map.scale[d])
      }
    }
    return RowMatrix(unchecked: values, columnCount: D)
  }
}

extension FactorParameters {
  /// tr M⁻¹ M from the two matrices: Q but for rounding.
  var conditionTrace: Double {
    let Q = factorCount
    return (0..<Q * Q).reduce(0) { $0 + precision[$1] * posteriorCovariance[$1] }
  }
}
