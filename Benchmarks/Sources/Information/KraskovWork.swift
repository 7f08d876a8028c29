import Surprisal

/// The mutual information of columns with a target (Kraskov, Stögbauer and Grassberger 2004, estimator 1, k = 3), of
/// sums of uniform numbers: the target, and columns that hold ever more of it. Intervals come with the estimates.
struct KraskovWork: InformationWork {
  private var features: [[Double]]
  private var target: [Double] = []

  init(rows: Int, columns: Int) {
    features = [[Double]](repeating: [], count: columns)
    // A generator in whole numbers, the same in every language.
    var state: UInt64 = 12345
    func uniform() -> Double {
      state = (state * 1_103_515_245 + 12345) % 2_147_483_648
      return Double(state) / 2_147_483_648
    }
    for _ in 0..<rows {
      let y = uniform() + uniform() - uniform() - uniform()
      target.append(y)
      for column in 0..<columns {
        let noise = uniform() + uniform() - uniform() - uniform()
        features[column].append(Double(column) / 16 * y + noise)
      }
    }
  }

  func step(threads: Int) throws -> [Double] {
    try NeighborEstimator(threads: threads).mutualInformation(features: features, target: target).map(\.value.nats)
  }
}
