import SurprisalCore

extension FactorAnalysis {
  /// The same model with its factors rotated by varimax (Kaiser 1958).
  ///
  /// Of all rotations it maximizes the variance of the squared loadings within each factor, with the loadings of
  /// every column divided by the root of its communality (Kaiser's normalization), so that each column loads on as
  /// few factors as may be. Factors come by falling sum of squared correlations, the loading of largest magnitude in
  /// each positive. Densities stay as they are.
  public func rotated() -> FactorAnalysis {
    let (D, Q) = (columnCount, factorCount)
    let parameters = gaussian.parameters
    guard Q > 1 else { return self }
    let scales = (0..<D).map { d -> Double in
      let length = parameters.loadings[d * Q..<(d + 1) * Q].reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 ? 1 / length : 0
    }
    // Column k of the loadings is row k here; the same rotations turn the identity into the rotation.
    var columns = (0..<Q).map { k in (0..<D).map { parameters.loadings[$0 * Q + k] * scales[$0] } }
    var rotation = (0..<Q).map { k in (0..<Q).map { $0 == k ? 1.0 : 0.0 } }
    for _ in 0..<200 {
      var turned = false
      for p in 0..<(Q - 1) {
        for q in (p + 1)..<Q {
          guard let (cosine, sine) = Varimax.rotation(columns[p], columns[q]) else { continue }
          turned = true
          Varimax.turn(&columns, p, q, cosine, sine)
          Varimax.turn(&rotation, p, q, cosine, sine)
        }
      }
      if !turned { break }
    }
    let loadings = MatrixProduct.of(parameters.loadings, rotation.flatMap { $0 }, D, Q, Q, transposed: true)
    let deviations = (0..<D).map { d in
      parameters.loadings[d * Q..<(d + 1) * Q].reduce(parameters.noise[d]) { $0 + $1 * $1 }
    }
    let sums = (0..<Q).map { k in
      (0..<D).reduce(0) { $0 + loadings[$1 * Q + k] * loadings[$1 * Q + k] / deviations[$1] }
    }
    let order = (0..<Q).sorted { (sums[$1], $0) < (sums[$0], $1) }
    let ordered = (0..<D).flatMap { d in order.map { loadings[d * Q + $0] } }
    guard let result = FactorParameters(loadings: ordered, noise: parameters.noise)?.withPositiveLargest else {
      return self
    }
    return FactorAnalysis(columnNames: columnNames, gaussian: LinearGaussian(map: gaussian.map, parameters: result))
  }
}

private enum Varimax {
  /// The plane rotation that maximizes the criterion for two columns; nil where the angle is within rounding of 0.
  static func rotation(_ x: [Double], _ y: [Double]) -> (cosine: Double, sine: Double)? {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    for (left, right) in zip(x, y) {
      let u = left * left - right * right
      let v = 2 * left * right
      a += u
      b += v
      c += u * u - v * v
      d += 2 * u * v
    }
    let count = Double(x.count)
    // The sine and cosine of four times the angle, up to a common length.
    let sine = d - 2 * a * b / count
    let cosine = c - (a * a - b * b) / count
    let length = (sine * sine + cosine * cosine).squareRoot()
    guard length > 0, sine.magnitude > 1e-14 * length || cosine < 0 else { return nil }
    let half = halved(cosine / length, sine / length)
    let quarter = halved(half.cosine, half.sine)
    return quarter.sine.magnitude > 1e-15 ? quarter : nil
  }

  /// The cosine and sine of half an angle between −π and π.
  private static func halved(_ cosine: Double, _ sine: Double) -> (cosine: Double, sine: Double) {
    let length = (0.5 * (1 + cosine.magnitude)).squareRoot()
    let other = 0.5 * sine.magnitude / length
    let sign = sine < 0 ? -1.0 : 1.0
    return cosine >= 0 ? (length, sign * other) : (other, sign * length)
  }

  static func turn(_ rows: inout [[Double]], _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double) {
    for index in rows[p].indices {
      let (x, y) = (rows[p][index], rows[q][index])
      rows[p][index] = cosine * x + sine * y
      rows[q][index] = cosine * y - sine * x
    }
  }
}
