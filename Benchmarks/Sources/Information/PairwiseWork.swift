import Surprisal

/// Mutual information of all pairs of discrete columns, of which every other copies its neighbor in a third of the rows.
struct PairwiseWork: InformationWork {
  private let columns: [DiscreteColumn]

  init(rows: Int, columns: Int, levels: Int) throws {
    var previous: [UInt32] = []
    self.columns = try (0..<columns).map { column in
      var words = SharedInputs.words(rows, seed: UInt32(column + 1))
      if column % 2 == 1 {
        for row in 0..<rows where words[row] >> 16 < 21_845 { words[row] = previous[row] }
      }
      previous = words
      return try DiscreteColumn(codes: words.map { Int($0 % UInt32(levels)) }, levelCount: levels)
    }
  }

  func step(threads: Int) throws -> [Double] {
    let matrix = try MutualInformationMatrix(columns, estimator: .plugIn, threads: threads)
    return (1..<columns.count).map { matrix[$0 - 1, $0].value.nats }
  }
}
