import Surprisal

/// One measure with its estimate, for text and JSON.
struct InformationRow {
  var name: String
  var kind: String
  var nats: Double
  var standardError: Double
  var low: Double
  var high: Double
  var estimator: String
  var assumptions: [String]
  var clamped: [Clamp]
  /// The p-value of a permutation test, where one was asked for.
  var pValue: Double?
  /// Why there is no estimate; the numbers are then NaN.
  var missing: SurprisalError?

  init<Quantity>(_ name: String, kind: String, _ estimate: Estimate<Quantity>) {
    self.name = name
    self.kind = kind
    nats = estimate.value.nats
    standardError = estimate.standardError
    low = estimate.interval.lowerBound.nats
    high = estimate.interval.upperBound.nats
    estimator = estimate.estimator
    assumptions = estimate.assumptions
    clamped = estimate.clamped
  }

  /// A row of many: data that give no estimate make it a missing one rather than end the others.
  init(
    _ name: String, kind: String, of input: InformationInput, _ measure: () throws -> Estimate<Information>
  ) throws {
    do {
      self.init(name, kind: kind, try InputTable.named(input.name, measure))
    } catch let error as SurprisalError where error.category == .data {
      self.init(
        name, kind: kind,
        Estimate<Information>(
          value: .zero, standardError: .nan, interval: .zero ... .zero, estimator: "", sampleCount: 0, assumptions: []))
      (nats, low, high) = (.nan, .nan, .nan)
      missing = error
    }
  }

  /// The entropy of the values rounded to bins, from that of their density.
  init(quantized estimate: Estimate<DifferentialEntropy>, _ name: String, width: Double) {
    self.init(name, kind: "rounded to bins of \(NumberText.general(width, 6))", estimate)
    nats = estimate.value.quantized(binWidth: width).nats
    low = estimate.interval.lowerBound.quantized(binWidth: width).nats
    high = estimate.interval.upperBound.quantized(binWidth: width).nats
    assumptions.append("bins are narrow beside the changes of the density")
  }

  /// The row as an object.
  var json: JSONValue {
    var members: [JSONMember] = [
      JSONMember("measure", JSONValue(name)), JSONMember("kind", JSONValue(kind)), JSONMember("nats", JSONValue(nats)),
      JSONMember("bits", JSONValue(Information(nats: nats).bits)),
      JSONMember("standardErrorNats", JSONValue(standardError)),
      JSONMember("interval95Nats", .array([JSONValue(low), JSONValue(high)])),
      JSONMember("estimator", JSONValue(estimator)), JSONMember("assumptions", JSONValue(assumptions)),
    ]
    if !clamped.isEmpty {
      let objects = clamped.map {
        JSONValue.object([JSONMember("bound", JSONValue($0.bound)), JSONMember("nats", JSONValue($0.nats))])
      }
      members.append(JSONMember("clamped", .array(objects)))
    }
    if let missing { members.append(JSONMember("missing", JSONValue(missing.message))) }
    if let pValue { members.append(JSONMember("independencePValue", JSONValue(pValue))) }
    return .object(members)
  }

  /// A table of rows with what holds of all of them below.
  static func text(_ rows: [InformationRow], rowCount: Int) -> String {
    let hasTest = rows.contains { $0.pValue != nil }
    var table = TextTable(columns: [
      .init("measure", alignment: .left), .init("nats"), .init("bits"), .init("± nats"),
      .init("95 % interval", unit: "nats"),
    ])
    if hasTest { table.columns.append(.init("p if independent")) }
    table.columns.append(.init("", alignment: .left))
    for row in rows {
      guard row.missing == nil else {
        let blanks = [String](repeating: "–", count: table.columns.count - 2)
        table.rows.append([row.name] + blanks + ["cannot be estimated"])
        continue
      }
      var cells = [
        row.name, NumberText.fixed(row.nats, 6), NumberText.fixed(Information(nats: row.nats).bits, 6),
        NumberText.general(row.standardError, 2),
        "\(NumberText.fixed(row.low, 4)) … \(NumberText.fixed(row.high, 4))",
      ]
      if hasTest { cells.append(row.pValue.map { NumberText.general($0, 3) } ?? "") }
      table.rows.append(cells + [row.kind])
    }
    var text = table.description + "\n"
    text += "\(NumberText.grouped(rowCount)) rows\n"
    text += unique(rows.filter { $0.missing == nil }.map(\.statement)).joined()
    for row in rows {
      for clamp in row.clamped {
        text += "\(row.name): \(NumberText.general(clamp.nats, 4)) nats before the bound, \(clamp.bound)\n"
      }
    }
    return text
  }

  /// The estimator, and what must hold of the rows.
  private var statement: String {
    let conditions = assumptions.isEmpty ? "" : ", if \(assumptions.joined(separator: " and "))"
    return "\(estimator)\(conditions)\n"
  }

  private static func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
