import Foundation
import SurprisalCore
import SurprisalInformation
import Testing

/// Real columns, rounded to few digits, beside scikit-learn's estimates (Tests/References/Information/shared_data.py).
enum SharedTables {
  static let folder = URL(filePath: #filePath).appending(path: "../../../../../shared/data").standardizedFileURL

  static var arePresent: Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: "iris/iris_seaborn.csv").path)
      && FileManager.default.fileExists(atPath: folder.appending(path: "wine/wine_uci.csv").path)
  }

  /// The numbers of each column, and the class of each row.
  static func table(_ path: String, skipping: Int, classAt place: Int) throws -> ([[Double]], [String]) {
    let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    let rows = text.split(whereSeparator: \.isNewline).dropFirst(skipping).map {
      $0.split(separator: ",").map(String.init)
    }
    let width = rows.first?.count ?? 0
    let columns = (0..<width).filter { $0 != place }.map { column in rows.map { Double($0[column]) ?? .nan } }
    return (columns, rows.map { $0[place] })
  }
}

@Suite("Nearest neighbors (shared data: iris, wine)", .enabled(if: SharedTables.arePresent))
struct NeighborSharedDataTests {
  @Test(arguments: ["iris", "wine"]) func ranksColumnsAsScikitLearnDoes(_ name: String) throws {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Information/shared_data.json")
      .standardizedFileURL
    let references = try JSONDecoder().decode([String: [Double]].self, from: Data(contentsOf: file))
    let (columns, classes) =
      name == "iris"
      ? try SharedTables.table("iris/iris_seaborn.csv", skipping: 1, classAt: 4)
      : try SharedTables.table("wine/wine_uci.csv", skipping: 0, classAt: 13)
    let levels = DiscreteColumn(classes)
    let byClass = try columns.map { try NeighborEstimator().mutualInformation(levels: levels, columns: [$0]) }
    let byColumn = try NeighborEstimator().mutualInformation(features: Array(columns[1...]), target: columns[0])
    for (own, others) in [
      (byClass, references["\(name), classes"] ?? []), (byColumn, references["\(name), first column"] ?? []),
    ] {
      try #require(own.count == others.count)
      for (column, estimate) in own.enumerated() {
        #expect(estimate.interval.contains(Information(nats: others[column])), "column \(column)")
        // Ties are spread here, and all but kept there.
        #expect(abs(estimate.value.nats - others[column]) < 0.12, "column \(column)")
      }
      #expect(Self.rankCorrelation(own.map(\.value.nats), others) > 0.9)
    }
  }

  /// Spearman's correlation of columns without ties.
  static func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double {
    func ranks(_ values: [Double]) -> [Double] { values.map { value in Double(values.filter { $0 < value }.count) } }
    let squares = zip(ranks(a), ranks(b)).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    let n = Double(a.count)
    return 1 - 6 * squares / (n * (n * n - 1))
  }
}
