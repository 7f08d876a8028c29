import SurprisalCore

/// Why a matrix of a batch could not be worked on.
struct MatrixFailure {
  /// The matrix's place among the leading axes.
  let index: [Int]
  /// What `work` returned for it: a pivot, say.
  let detail: Int

  /// `matrix [1, 0] `, or nothing where there is only one.
  var place: String { index.isEmpty ? "the matrix" : "matrix \(index)" }
}

extension Kernels {
  /// Calls `work` for every matrix of a batch with the inputs' matrices and those of the results.
  ///
  /// Inputs are of one floating type, with the same leading axes and a matrix in the last two; they are computed
  /// on in float64 and must not be written. Results have the leading axes and one of the `results` behind them: a
  /// matrix, a vector (lent as one row) or a number; those of float32 inputs are rounded to float32 once. `work`
  /// returns nil or what was wrong; the first such matrix is given back, and the work goes on.
  static func matrices(
    _ inputs: [Tensor], results: [[Int]], _ work: (_ inputs: [MatrixPointer], _ results: [MatrixPointer]) -> Int?
  ) -> (results: [Tensor], failure: MatrixFailure?) {
    let batch = Array(inputs[0].shape.dropLast(2))
    let sources = inputs.map { contiguous(converted($0, to: .float64)) }
    let targets = results.map { Tensor(shape: batch + $0, dtype: .float64) { _ in } }
    var failure: MatrixFailure?
    withExtendedLifetime((sources, targets)) {
      let given = sources.map { matrix($0, Array($0.shape.suffix(2))) }
      let made = zip(targets, results).map { matrix($0, $1) }
      for index in 0..<batch.reduce(1, *) {
        let detail = work(given.map { $0.moved(index) }, made.map { $0.moved(index) })
        if let detail, failure == nil {
          failure = MatrixFailure(index: position(index, in: batch), detail: detail)
        }
      }
    }
    return (targets.map { converted($0, to: inputs[0].dtype) }, failure)
  }

  private static func matrix(_ x: Tensor, _ shape: [Int]) -> MatrixPointer {
    MatrixPointer(
      x.pointer.assumingMemoryBound(to: Double.self), rows: shape.count < 2 ? 1 : shape[shape.count - 2],
      columns: shape.last ?? 1)
  }

  private static func position(_ index: Int, in shape: [Int]) -> [Int] {
    var rest = index
    return shape.reversed().map { extent in
      defer { rest /= extent }
      return rest % extent
    }.reversed()
  }
}

extension MatrixPointer {
  /// The matrix `count` places further in a batch of contiguous ones.
  fileprivate func moved(_ count: Int) -> MatrixPointer {
    MatrixPointer(base + count * rows * columns, rows: rows, columns: columns)
  }
}
