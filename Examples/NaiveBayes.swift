import Surprisal

/// Handwritten digits told by Bayes' theorem, each pixel on its own given the digit: fitted to the first 1,000 images,
/// tried on the 797 others.
func naiveBayes() throws {
  let (table, labels) = try BuiltInDataSet(named: "digits").labeledTable()
  guard let labels else { return }
  func rows(_ range: Range<Int>) throws -> RowMatrix {
    try RowMatrix(range.flatMap { table.rows.row($0) }, columnCount: table.columnNames.count)
  }
  let (learned, others) = (0..<1_000, 1_000..<table.rows.rowCount)
  let model = try NaiveBayes.fit(
    rows(learned), classes: Array(labels[learned]), columnNames: table.columnNames,
    families: .all(.categorical(levels: 17)))
  let evaluation = try model.evaluation(of: rows(others), classes: Array(labels[others]))
  print("told rightly: \(show(evaluation.accuracy * 100, 2)) % of \(evaluation.rowCount)")
  print("log loss \(show(evaluation.logLoss.nats, 6)) nats, \(show(evaluation.logLoss.bits, 6)) bits an image")
}
