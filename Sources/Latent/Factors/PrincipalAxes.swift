import SurprisalCore
import SurprisalTensors

/// The eigenvectors of the covariance of rows in one common unit, or of their correlations.
///
/// With more rows than columns from the covariance, else from the singular values of the centered rows, whose
/// squares are the same numbers: no matrix of columns × columns is formed for wide tables.
struct PrincipalAxes {
  /// y = (x − shift) / scale − location, of mean 0.
  let map: ColumnMap
  /// Σ w.
  let weight: Double
  /// The variances of y along the axes with the divisor Σ w, falling, [r].
  let values: [Double]
  /// The axes, [r][D].
  let vectors: [Double]
  /// The sum of the variances of all columns of y.
  let total: Double
  /// The covariance of y, [D][D]; nil where the rows are no more than the columns.
  let covariance: [Double]?
  /// Whether each column is the same in all rows.
  let isConstant: [Bool]

  var count: Int { values.count }

  /// How many variances are above what rounding leaves of 0.
  var rank: Int {
    let size = max(map.columnCount, count)
    return values.count { $0 > Double(size) * 0x1p-50 * (values.first ?? 0) && $0 > 0 }
  }

  init(_ data: FactorRows, isStandardized: Bool, threads: Int) throws {
    if data.observations.count > data.columnCount {
      let moments = try SecondMoments(data.observations, columnNames: data.columnNames, threads: threads)
      try self.init(moments, isStandardized: isStandardized)
    } else {
      let (n, D) = (Double(data.observations.count), Double(data.columnCount))
      try MemoryNeed.require(
        8 * (5 * n * D + 4 * n * n), for: "the singular value decomposition of these rows",
        remedy: "give fewer rows, or leave columns out with --columns")
      try RowValidation.requireFinite(data.observations.rows, columnNames: data.columnNames)
      try self.init(wide: data.observations, isStandardized: isStandardized, threads: threads)
    }
  }

  private init(_ moments: SecondMoments, isStandardized: Bool) throws {
    let D = moments.columnCount
    let scale = moments.standardization.scale
    let deviations = (0..<D).map { moments.variance($0).squareRoot() }
    isConstant = deviations.map { $0 == 0 }
    let common = (0..<D).map { scale[$0] * deviations[$0] }.max()?.nearPowerOfTwo ?? 1
    // What turns a number in the moments' coordinates into y.
    let factors = (0..<D).map { d in
      isStandardized ? (deviations[d] > 0 ? 1 / deviations[d] : 1) : scale[d] / common
    }
    var matrix = moments.covariance
    for i in 0..<D {
      for j in 0..<D { matrix[i * D + j] *= factors[i] * factors[j] }
      if isStandardized, !isConstant[i] { matrix[i * (D + 1)] = 1 }
    }
    map = ColumnMap(
      shift: moments.standardization.shift,
      scale: isStandardized
        ? (0..<D).map { scale[$0] * (deviations[$0] > 0 ? deviations[$0] : 1) } : scale.map { _ in common },
      location: (0..<D).map { moments.mean[$0] * factors[$0] })
    weight = moments.weight
    total = (0..<D).reduce(0) { $0 + matrix[$1 * (D + 1)] }
    covariance = matrix
    let axes = try SymmetricAxes.falling(matrix, D)
    values = axes.values.map { max(0, $0) }
    vectors = axes.vectors
  }

  private init(wide observations: WeightedRows, isStandardized: Bool, threads: Int) throws {
    let (rows, n, D) = (observations.rows, observations.count, observations.rows.columnCount)
    let moments = ColumnMoments(rows: rows, weights: observations.weights, threads: threads)
    let deviations = (0..<D).map { moments.standardDeviation($0) }
    isConstant = deviations.map { $0 == 0 }
    let common = (deviations.max() ?? 1).nearPowerOfTwo
    let scale = deviations.map { isStandardized ? ($0 > 0 ? $0 : 1) : common }
    weight = moments.weight
    let roots = (0..<n).map { ((observations.weights?[$0] ?? 1) / moments.weight).squareRoot() }
    let raw = ColumnMap(shift: moments.means, scale: scale, location: deviations.map { _ in 0 })
    var y = [Double](repeating: 0, count: n * D)
    var rest = [Double](repeating: 0, count: D)
    y.withUnsafeMutableBufferPointer { y in
      guard let base = y.baseAddress else { return }
      rows.withUnsafeValues { raw.load($0, 0..<n, into: base) }
      // What rounding left of the mean goes to the location.
      for row in 0..<n {
        for d in 0..<D { rest[d] += base[row * D + d] * roots[row] * roots[row] }
      }
      for row in 0..<n {
        for d in 0..<D { base[row * D + d] = (base[row * D + d] - rest[d]) * roots[row] }
      }
    }
    map = ColumnMap(shift: moments.means, scale: scale, location: rest)
    total = y.reduce(0) { $0 + $1 * $1 }
    let (_, singular, transposed) = try Tensor(y, shape: [n, D], dtype: .float64).svd()
    values = singular.scalars(as: Double.self).map { $0 * $0 }
    vectors = transposed.scalars(as: Double.self)
    covariance = nil
  }
}

/// The eigenvectors of symmetric matrices in the order of the factor models.
enum SymmetricAxes {
  /// The eigenvalues, falling, and the unit eigenvectors as rows; the entry of largest magnitude is positive.
  static func falling(_ matrix: [Double], _ dimension: Int) throws -> (values: [Double], vectors: [Double]) {
    let D = dimension
    let (values, vectors) = try Tensor(matrix, shape: [D, D], dtype: .float64).symmetricEigen()
    let columns = vectors.scalars(as: Double.self)
    var rows = [Double](repeating: 0, count: D * D)
    for k in 0..<D {
      for d in 0..<D { rows[k * D + d] = columns[d * D + D - 1 - k] }
    }
    return (values.scalars(as: Double.self).reversed(), rows)
  }
}
