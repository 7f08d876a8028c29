import Foundation

/// The figures of `Tests/References/gaussian_mixture.py`.
struct MixtureReference: Decodable, Sendable {
  struct Density: Decodable, Sendable {
    var name: String
    var system: String
    var dimension: Int
    var mean: [Double]
    var covariance: [Double]
    var points: [Double]
    var logDensities: [Double]
  }

  struct DataSet: Decodable, Sendable {
    var rows: Int
    var columns: Int
    var values: [Double]
  }

  struct Start: Decodable, Sendable {
    var weights: [Double]
    var means: [Double]
    var covariances: [String: [Double]]
  }

  struct Fixed: Decodable, Sendable {
    var shape: String
    var weights: [Double]
    var means: [Double]
    var covariances: [Double]
    var logDensities: [Double]
    var responsibilities: [Double]
    var logLikelihood: Double
  }

  struct Iteration: Decodable, Sendable {
    var shape: String
    var iterations: Int
    var weights: [Double]
    var means: [Double]
    var covariances: [Double]
    var logLikelihood: Double
  }

  struct Weighted: Decodable, Sendable {
    var counts: [Double]
    var iterations: Int
    var weights: [Double]
    var means: [Double]
    var covariances: [Double]
    var logLikelihood: Double
  }

  struct Conditional: Decodable, Sendable {
    var name: String
    var components: Int
    var columns: Int
    var weights: [Double]
    var means: [Double]
    var covariances: [Double]
    var givenColumns: [Int]
    var given: [Double]
    var conditionalMeans: [Double]
    var conditionalVariances: [Double]
    var responsibilities: [Double]
  }

  var densities: [Density]
  var data: DataSet
  var start: Start
  var fixed: [Fixed]
  var iterations: [Iteration]
  var weighted: Weighted
  var conditional: [Conditional]

  static let shared: MixtureReference? = {
    let file = MixtureFixtures.root.appendingPathComponent("Tests/References/gaussian_mixture.json")
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try? JSONDecoder().decode(MixtureReference.self, from: data)
  }()

  /// `values` in rows of `width`.
  static func split(_ values: [Double], _ width: Int) -> [[Double]] {
    stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }
}
