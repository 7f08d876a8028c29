import Foundation
import SurprisalCore
import SurprisalData
import Testing

@Suite struct BuiltInDataSetTests {
  @Test(arguments: BuiltInDataSet.all.map(\.name))
  func hasStatedSize(name: String) throws {
    let set = try BuiltInDataSet(named: name)
    let (table, labels) = try set.labeledTable(seed: 3)
    #expect(table.rows.rowCount == set.rowCount)
    #expect(table.columnNames == set.columnNames)
    #expect(labels.map(\.count) ?? set.rowCount == set.rowCount)
    #expect(!set.source.isEmpty && !set.license.isEmpty && !set.summary.isEmpty)
    let again = try set.table(seed: 3)
    #expect(again.bits == table.bits)
    let other = try set.table(seed: 4)
    #expect((other.bits != table.bits) == set.isSynthetic)
  }

  @Test func suggestsNearestName() {
    let error = #expect(throws: SurprisalError.self) { try BuiltInDataSet(named: "old-faitful") }
    #expect(error?.category == .usage)
    #expect(error?.remedy?.contains("old-faithful") == true)
  }

  /// Mean and variance (divisor 271) as R prints them: colMeans(faithful), var(faithful).
  @Test func oldFaithfulHasMomentsOfR() throws {
    let table = try BuiltInDataSet(named: "old-faithful").table()
    for (column, mean, variance) in [
      ("eruptions", 3.48778308823529, 1.30272833284947), ("waiting", 70.8970588235294, 184.823312350771),
    ] {
      let values = try table.column(named: column)
      let found = values.reduce(0, +) / 272
      let squares = values.reduce(0) { $0 + ($1 - found) * ($1 - found) }
      #expect(abs(found - mean) < 1e-12 * mean)
      #expect(abs(squares / 271 - variance) < 1e-12 * variance)
    }
  }

  /// The published file of the test set, where it lies beside the project.
  @Test func digitsEqualPublishedFile() throws {
    guard let data = CSVFixture.sharedData else {
      print("skipped: ../shared/data is absent")
      return
    }
    let published = try Table(contentsOf: data.appendingPathComponent("digits/optdigits.tes").path)
    let (table, labels) = try BuiltInDataSet(named: "digits").labeledTable()
    let classes = try #require(labels)
    let differing = (0..<table.rows.rowCount).filter {
      published.rows.row($0) != table.rows.row($0) + [Double(classes[$0])]
    }
    #expect(differing.isEmpty)
  }

  /// Cluster shares and means within five standard errors: false alarm below 1e-5 for the fixed seed's family.
  @Test func threeClustersFollowTheirLaw() throws {
    let (table, labels) = try BuiltInDataSet(named: "three-clusters").labeledTable(seed: 1)
    let classes = try #require(labels)
    for (label, share, mean) in [(0, 0.4, (-5.0, 0.0)), (1, 0.35, (4, -2)), (2, 0.25, (2, 5))] {
      let rows = classes.indices.filter { classes[$0] == label }
      let count = Double(rows.count)
      #expect(abs(count / 900 - share) < 5 * (share * (1 - share) / 900).squareRoot())
      let x = rows.reduce(0) { $0 + table.rows[$1, 0] } / count
      let y = rows.reduce(0) { $0 + table.rows[$1, 1] } / count
      // No direction has a standard deviation above 3.
      #expect(abs(x - mean.0) < 15 / count.squareRoot() && abs(y - mean.1) < 15 / count.squareRoot())
    }
  }
}
