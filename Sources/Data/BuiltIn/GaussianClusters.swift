import CSurprisalKernels
import SurprisalCore

/// A mixture of Gaussian clusters in the plane to draw from.
struct GaussianClusters: Sendable {
  /// One cluster: standard deviations along two axes, the first of which is turned by `angle` radians.
  struct Cluster: Sendable {
    var weight: Double
    var mean: (x: Double, y: Double)
    var deviations: (long: Double, short: Double)
    var angle: Double
  }

  let clusters: [Cluster]

  init(_ clusters: [Cluster]) { self.clusters = clusters }

  /// Rows x, y and the cluster of each, drawn independently from `seed`.
  func draw(rowCount: Int, seed: UInt64) -> (values: [Double], labels: [Int]) {
    var generator = RandomGenerator(seed: seed)
    var values: [Double] = []
    var labels: [Int] = []
    for _ in 0..<rowCount {
      let label = drawCluster(&generator)
      let cluster = clusters[label]
      let (u, v) = GaussianClusters.drawNormalPair(&generator)
      let (along, across) = (cluster.deviations.long * u, cluster.deviations.short * v)
      let (cosine, sine) = (surprisal_cos(cluster.angle), surprisal_sin(cluster.angle))
      values.append(cluster.mean.x + cosine * along - sine * across)
      values.append(cluster.mean.y + sine * along + cosine * across)
      labels.append(label)
    }
    return (values, labels)
  }

  private func drawCluster(_ generator: inout RandomGenerator) -> Int {
    var rest = generator.nextUniform()
    for (label, cluster) in clusters.enumerated().dropLast() {
      if rest < cluster.weight { return label }
      rest -= cluster.weight
    }
    return clusters.count - 1
  }

  /// Two independent standard normal numbers (Box and Muller 1958).
  private static func drawNormalPair(_ generator: inout RandomGenerator) -> (Double, Double) {
    // 1 - u lies in (0, 1], so that the logarithm is finite.
    let radius = (-2 * surprisal_log(1 - generator.nextUniform())).squareRoot()
    let angle = 2 * Double.pi * generator.nextUniform()
    return (radius * surprisal_cos(angle), radius * surprisal_sin(angle))
  }
}
