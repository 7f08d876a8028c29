import SurprisalCore

extension NaiveBayes {
  /// How well classes are told on rows where they are known.
  public struct Evaluation: Sendable, Hashable {
    /// The number of rows.
    public let rowCount: Int
    /// The share of rows whose most probable class is their own.
    public let accuracy: Double
    /// The mean surprisal −log p(c | x) of the rows' own classes, per row; infinite where one is thought impossible.
    public let logLoss: Information
    /// Rows by their own class and the one that was told, [C][C].
    public let confusion: [[Int]]
  }

  /// Tells the classes of rows and compares them with their own, numbered from 0 as in the fit.
  ///
  /// Throws as `classProbabilities` does, and for classes that are none of the model's.
  public func evaluation(of rows: RowMatrix, classes: [Int], threads: Int? = nil) throws -> Evaluation {
    guard classes.count == rows.rowCount, rows.rowCount > 0 else {
      throw SurprisalError(.data, "\(classes.count) classes for \(rows.rowCount) rows", remedy: "give one class a row")
    }
    if let row = classes.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
      throw SurprisalError(
        .data, "the class of row \(row + 1) is \(classes[row])", remedy: "number the classes 0 to \(classCount - 1)")
    }
    let logs = try logClassProbabilities(of: rows, threads: threads)
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    var loss = CompensatedSum()
    for (own, log) in zip(classes, logs) {
      let told = log.indices.max { (log[$0], $1) < (log[$1], $0) } ?? 0
      confusion[own][told] += 1
      loss.add(-log[own])
    }
    let right = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    let isPossible = zip(classes, logs).allSatisfy { $1[$0] > -.infinity }
    return Evaluation(
      rowCount: rows.rowCount, accuracy: Double(right) / Double(rows.rowCount),
      logLoss: Information(nats: isPossible ? loss.value / Double(rows.rowCount) : .infinity), confusion: confusion)
  }
}
