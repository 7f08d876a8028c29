import SurprisalCore
import SurprisalData
import SurprisalTensors

extension SupervisedData {
  /// A built-in set whose rows have classes, by name: `digits` as images [1, 8, 8] of 0 … 16, a synthetic set, drawn
  /// from `seed`, as a table.
  ///
  /// - Throws: a usage error with the nearest name if there is none, or if the set has no classes.
  public static func builtIn(_ name: String, seed: UInt64 = 0) throws -> SupervisedData {
    let set = try BuiltInDataSet(named: name)
    let (table, labels) = try set.labeledTable(seed: seed)
    guard let labels else {
      throw SurprisalError(
        .usage, "the rows of `\(name)` have no classes",
        remedy: "name a column as the target: \(set.columnNames.joined(separator: ", "))")
    }
    let names = (0..<(labels.max() ?? -1) + 1).map { "\($0)" }
    guard name == BuiltInDataSet.digits.name else {
      return try SupervisedData(
        inputs: Tensor(table.rows), targets: Tensor(labels), classNames: names, inputNames: set.columnNames)
    }
    let pixels = table.rows.withUnsafeValues { values in
      (0..<table.rows.rowCount * 64).map { UInt8(values[$0]) }
    }
    return try SupervisedData(
      inputs: Tensor(pixels, shape: [labels.count, 1, 8, 8]), targets: Tensor(labels), classNames: names,
      inputStandardization: Standardization(mean: 0, standardDeviation: 16))
  }
}
