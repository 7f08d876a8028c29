import Surprisal

/// The options of the bootstrap likelihood-ratio test.
enum BootstrapTestOptions {
  static let test = Option.flag(
    "bootstrap-test", section: FitOptions.model,
    "choose the number of components by tests of K against K + 1 instead of a criterion; one shape")
  static let replicates = Option.integer(
    "replicates", 1...1_000_000, section: FitOptions.model, standard: "199",
    "how many tables are drawn for each test")
  static let level = Option.real(
    "level", 0...1, isOpen: true, section: FitOptions.model, standard: "0.05",
    "a p-value at or below this moves on to one component more")

  /// Refuses options of the test without it.
  static func check(_ arguments: Arguments) throws {
    guard !arguments[test] else {
      let (count, level) = (arguments[replicates] ?? 199, arguments[level] ?? 0.05)
      guard 1 / Double(1 + count) <= level else {
        throw SurprisalError(
          .usage,
          "\(count) replicates cannot reject at level \(NumberText.general(level)): p is at least 1/\(1 + count)",
          remedy: "ask for at least \(Int((1 / level).rounded(.up)) - 1) replicates")
      }
      return
    }
    for name in [replicates.description.name, level.description.name] where arguments.texts[name] != nil {
      throw SurprisalError(.usage, "--\(name) is for --bootstrap-test", remedy: "add it, or leave --\(name) out")
    }
  }
}

extension SequentialSelection {
  /// The tests and what they chose, for a person.
  func text(sourceName: String) -> String {
    var table = TextTable(columns: [
      .init("components", alignment: .left), .init("2 Δ log p(x|θ)", unit: "nats"), .init("p"), .init("± s.e."),
      .init("replicates"), .init("", alignment: .left),
    ])
    for test in tests {
      table.rows.append([
        "\(test.components) against \(test.components + 1)", NumberText.fixed(test.statistic, 4),
        NumberText.fixed(test.pValue, 4), NumberText.fixed(test.pValueStandardError, 4),
        "\(test.replicates.count)" + (test.failedReplicates > 0 ? " (\(test.failedReplicates) failed)" : ""),
        // The smallest p-value of B replicates is 1 / (1 + B).
        1 / Double(1 + test.replicates.count) > level
          ? "cannot reject: too few replicates"
          : test.pValue > level ? "keeps \(test.components)" : "rejects \(test.components)",
      ])
    }
    var text = "bootstrap likelihood-ratio tests on \(sourceName), covariance \(fit.model.covarianceModel.rawValue)\n\n"
    text += table.description
    text += "\(fit.model.componentCount) component\(fit.model.componentCount == 1 ? "" : "s") at level "
    text += NumberText.general(level, 6)
    if let failure { text += "; the sequence ended: \(failure)" }
    return text + "\n"
  }

  /// The same for a program.
  func json(sourceName: String) -> JSONValue {
    [
      "model": "gaussian-mixture", "data": JSONValue(sourceName), "criterion": "bootstrap-test",
      "level": JSONValue(level), "components": JSONValue(fit.model.componentCount),
      "covariance": JSONValue(fit.model.covarianceModel.rawValue), "failure": JSONValue(failure),
      "tests": .array(
        tests.map {
          [
            "components": JSONValue($0.components), "statistic": JSONValue($0.statistic),
            "pValue": JSONValue($0.pValue), "pValueStandardError": JSONValue($0.pValueStandardError),
            "replicates": JSONValue($0.replicates), "failedReplicates": JSONValue($0.failedReplicates),
          ]
        }),
    ]
  }
}
