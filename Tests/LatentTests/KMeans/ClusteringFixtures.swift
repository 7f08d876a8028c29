import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// The figures of `Tests/References/kmeans.py` and `ward.py`.
enum ClusteringReference {
  struct KMeansCase: Decodable, CustomTestStringConvertible, Sendable {
    var name: String
    var rows: Int
    var columns: Int
    var values: [Double]
    var centers: [Double]
    var weights: [Double]?
    var initialInertia: Double
    var finalCenters: [Double]
    var inertia: Double
    var assignments: [Int]

    var testDescription: String { name }
    func centers(of flat: [Double]) -> [[Double]] {
      stride(from: 0, to: flat.count, by: columns).map { Array(flat[$0..<$0 + columns]) }
    }
  }

  struct WardCase: Decodable, CustomTestStringConvertible, Sendable {
    var name: String
    var rows: Int
    var columns: Int
    var values: [Double]
    var heights: [Double]
    var labels: [String: [Int32]]

    var testDescription: String { name }
  }

  private struct File<Case: Decodable>: Decodable { var cases: [Case] }

  private static func read<Case: Decodable>(_ name: String) -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../References/\(name).json").standardized
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode(File<Case>.self, from: data))?.cases ?? []
  }

  static let kMeans: [KMeansCase] = read("kmeans")
  static let ward: [WardCase] = read("ward")
}

/// Numbers of `../shared/data`, nil where that folder is absent.
enum SharedTable {
  static func numbers(_ name: String, columns: Int, separator: Character, header: Bool) -> RowMatrix? {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../../shared/data/\(name)").standardized
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).dropFirst(header ? 1 : 0)
    let values = lines.flatMap { $0.split(separator: separator).prefix(columns).compactMap { Double($0) } }
    return try? RowMatrix(values, columnCount: columns)
  }

  static let iris = numbers("iris/iris_seaborn.csv", columns: 4, separator: ",", header: true)
  static let faithful = numbers("old-faithful/old_faithful.txt", columns: 2, separator: " ", header: false)
}

/// Repeatable clusters of points.
enum ClusterSample {
  /// `rows` × `columns` numbers around `clusters` centers about `separation` apart, standard deviation 1.
  static func values(
    rows: Int, columns: Int, clusters: Int, separation: Double = 4, seed: UInt64
  ) -> [Double] {
    var generator = RandomGenerator(seed: seed)
    func normal() -> Double {
      (-2 * log(1 - generator.nextUniform())).squareRoot() * cos(2 * Double.pi * generator.nextUniform())
    }
    let centers = (0..<clusters * columns).map { _ in normal() * separation }
    return (0..<rows).flatMap { row in
      (0..<columns).map { centers[row % clusters * columns + $0] + normal() }
    }
  }
}
