import SurprisalCore

extension PrincipalComponents {
  /// s = V (x − m) of every row, n × K; divided by the columns' standard deviations first where standardized.
  ///
  /// Throws a data error for rows with other columns or numbers that are not finite.
  public func scores(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try FactorRows.require(rows, columnNames: columnNames)
    let (K, D, unit) = (componentCount, columnCount, unit)
    let values = RowBlocks.map(count: rows.rowCount, width: K, scratch: RowBlocks.size * D, threads: threads) {
      range, out, y in
      rows.withUnsafeValues { map.load($0, range, into: y) }
      vectors.withUnsafeBufferPointer { v in
        guard let v = v.baseAddress else { return }
        MatrixProduct.multiply(y, v, into: out, range.count, K, D, transposed: true)
      }
      for index in 0..<range.count * K { out[index] *= unit }
    }
    return RowMatrix(unchecked: values, columnCount: K)
  }

  /// m + Σ s_k v_k of scores n × K, n × D in the unit of x: the inverse of `scores(of:)` on the plane.
  ///
  /// Throws a data error for scores of another count or that are not finite.
  public func reconstruction(fromScores scores: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    let (K, D, inverse) = (componentCount, columnCount, 1 / unit)
    try FactorRows.require(scores, columnNames: (0..<K).map { "component \($0 + 1)" })
    let values = RowBlocks.map(count: scores.rowCount, width: D, scratch: RowBlocks.size * K, threads: threads) {
      range, out, s in
      scores.withUnsafeValues { base in
        for index in 0..<range.count * K { s[index] = base[range.lowerBound * K + index] * inverse }
      }
      vectors.withUnsafeBufferPointer { v in
        guard let v = v.baseAddress else { return }
        MatrixProduct.multiply(s, v, into: out, range.count, D, K)
      }
      map.restore(out, count: range.count)
    }
    return RowMatrix(unchecked: values, columnCount: D)
  }

  /// The point of the plane nearest to every row, n × D in the unit of x.
  ///
  /// Throws as `scores(of:threads:)` does.
  public func reconstruction(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try reconstruction(fromScores: scores(of: rows, threads: threads), threads: threads)
  }

  /// The squared distance |x − x̂|² of every row from its reconstruction, [n], in the unit of x squared; between
  /// standardized columns where the components are.
  ///
  /// Throws as `scores(of:threads:)` does.
  public func reconstructionErrors(of rows: RowMatrix, threads: Int? = nil) throws -> [Double] {
    try FactorRows.require(rows, columnNames: columnNames)
    let (K, D, unit) = (componentCount, columnCount, unit)
    let size = RowBlocks.size
    return RowBlocks.map(count: rows.rowCount, width: 1, scratch: size * (2 * D + K), threads: threads) {
      range, out, y in
      let (s, fitted) = (y + size * D, y + size * (D + K))
      rows.withUnsafeValues { map.load($0, range, into: y) }
      vectors.withUnsafeBufferPointer { v in
        guard let v = v.baseAddress else { return }
        MatrixProduct.multiply(y, v, into: s, range.count, K, D, transposed: true)
        MatrixProduct.multiply(s, v, into: fitted, range.count, D, K)
      }
      for row in 0..<range.count {
        var sum = 0.0
        for d in row * D..<(row + 1) * D { sum += (y[d] - fitted[d]) * (y[d] - fitted[d]) }
        out[row] = sum * unit * unit
      }
    }
  }
}
