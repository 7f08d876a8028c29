import Surprisal

/// The options that ask for standard errors of a mixture's parameters.
enum StandardErrorOptions {
  static let method = Option.choice(
    "standard-errors",
    [.init("observed"), .init("empirical"), .init("bootstrap"), .init("parametric-bootstrap")],
    placeholder: "METHOD", section: FitOptions.output,
    "also the standard errors of all parameters, from the information of the data or by a bootstrap")
  static let replicates = Option.integer(
    "replicates", 2...1_000_000, section: FitOptions.output, standard: "200",
    "how many bootstrap fits; with a bootstrap")

  /// The method that was asked for; nil for none.
  static func method(_ arguments: Arguments) throws -> StandardErrorMethod? {
    let (count, seed) = (arguments[replicates] ?? 200, arguments[SharedOptions.seed] ?? 0)
    let name = arguments[method]
    if arguments[replicates] != nil, name?.hasSuffix("bootstrap") != true {
      throw SurprisalError(
        .usage, "--replicates is for a bootstrap", remedy: "add --standard-errors bootstrap, or leave it out")
    }
    switch name {
    case "observed": return .observedInformation
    case "empirical": return .empiricalInformation
    case "bootstrap": return .bootstrap(replicates: count, seed: seed)
    case "parametric-bootstrap": return .parametricBootstrap(replicates: count, seed: seed)
    default: return nil
    }
  }
}

extension MixtureStandardErrors {
  /// Every parameter with its standard error and interval, for a person.
  var text: String {
    var table = TextTable(columns: [
      .init("parameter", alignment: .left), .init("estimate"), .init("standard error"), .init("95 % from"), .init("to"),
    ])
    for entry in entries.prefix(200) {
      let interval = entry.interval()
      table.rows.append(
        [entry.name]
          + [entry.estimate, entry.standardError, interval.lowerBound, interval.upperBound].map {
            NumberText.general($0, 6)
          })
    }
    var text = table.description + methodName + "\n"
    if entries.count > 200 { text += "\(entries.count - 200) more parameters in --json\n" }
    return text
  }

  /// The same for a program.
  var json: JSONValue {
    [
      "method": JSONValue(methodName), "replicates": JSONValue(replicates),
      "failedReplicates": JSONValue(failedReplicates), "weights": JSONValue(weights), "means": JSONValue(means),
      "covariances": .array(covariances.map { JSONValue($0) }),
    ]
  }

  private var methodName: String {
    switch method {
    case .observedInformation: "observed information"
    case .empiricalInformation: "empirical information"
    case .bootstrap: "bootstrap of rows, \(replicates) fits\(failures)"
    case .parametricBootstrap: "parametric bootstrap, \(replicates) fits\(failures)"
    }
  }

  private var failures: String { failedReplicates > 0 ? ", \(failedReplicates) collapsed and were left out" : "" }
}
