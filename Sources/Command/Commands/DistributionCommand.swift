import Surprisal

/// The options of `distribution`.
enum DistributionOptions {
  static let section = "answer"

  static let at = Option.rows(
    "at", placeholder: "X,Y", section: section, standard: "the quantiles",
    "the numbers to judge; or vectors with ; between them; or one matrix, its rows with ; between them")
  static let quantiles = Option.numbers(
    "quantiles", section: section, standard: "0.025,0.25,0.5,0.75,0.975", "probabilities of the quantiles to show")
  static let plot = Option.path("plot", section: section, "draw the density or the masses as SVG into this file")
}

extension Command {
  static let distribution: Command = .init(
    name: "distribution", summary: "density, moments and entropy of a distribution",
    examples: [
      Example("surprisal distribution normal --mean 0 --standard-deviation 1", "entropy ½ log 2πe = 1.418939 nats"),
      Example(
        "surprisal distribution mixture --weights 0.3,0.7 --of normal --mean 0,3 --standard-deviation 1,2",
        "two components; independent, transformed and empirical are made of others too"),
    ],
    children: DistributionFamily.all.map { family in
      Command(
        name: family.name, aliases: family.aliases, summary: family.summary,
        discussion: family.discussion + [
          "Prints mean, variance, mode and entropy, and for each event the density (or mass), its logarithm, the "
            + "surprisal and the distribution function. The entropy of a density is that at the unit of x; where it has "
            + "no closed form it is estimated from samples, with certain bounds for mixtures. – (null in JSON) is what "
            + "does not exist or has no closed form."
        ],
        positionals: family.positionals,
        options: family.options + family.parameters.map(\.option.description) + [
          DistributionOptions.at.description, DistributionOptions.quantiles.description,
          DistributionOptions.plot.description, SharedOptions.json.description,
        ],
        examples: [Example("surprisal distribution \(family.name) \(family.example)", family.summary)],
        action: { try DistributionAnswer(family: family, arguments: $0, console: $1).give() })
    },
    childNoun: "distribution", childPlaceholder: "NAME")
}

/// What `distribution` says about one member of a family.
struct DistributionAnswer {
  var family: DistributionFamily
  var arguments: Arguments
  var console: Console

  func give() throws -> Int32 {
    let member = try family.member(arguments, console)
    let facts = try DistributionFacts(
      member, at: arguments[DistributionOptions.at], quantiles: arguments[DistributionOptions.quantiles],
      seed: arguments[SharedOptions.seed] ?? 0)
    if let path = arguments[DistributionOptions.plot] {
      try FileSystem.checkOutput(path, option: DistributionOptions.plot.description.name)
      try AtomicWrite.write(DistributionPlot(member, name: name, facts: facts).chart().svg(), to: path)
    }
    if arguments[SharedOptions.json] {
      try console.writeLine(json(facts).answerText)
    } else {
      try console.write(text(facts))
    }
    return ExitCode.success
  }

  /// The family with its parameters, such as `normal, mean 0, standard-deviation 1`.
  private var name: String {
    let words = family.words(arguments).map(\.text)
    let parameters = family.parameters.compactMap { parameter in
      arguments[parameter.option].map { "\(parameter.name) \(DistributionAnswer.text($0.rows, digits: 6))" }
    }
    return ([family.name] + words + parameters).joined(separator: ", ")
  }

  private func text(_ facts: DistributionFacts) -> String {
    var text = name + "\n"
    var table = TextTable(columns: [.init("", alignment: .left), .init("", alignment: .left)])
    table.rows = [
      ["mean [x]", list(facts.mean, facts)], ["variance [x²]", list(facts.variance, facts)],
      ["mode [x]", list(facts.mode, facts)], ["entropy", facts.entropy.text(isDiscrete: facts.isDiscrete)],
    ]
    // Without the header's two lines: the first column says what each row is.
    text += table.lines().dropFirst(2).joined(separator: "\n") + "\n"
    return facts.points.isEmpty ? text : text + "\n" + points(facts)
  }

  private func points(_ facts: DistributionFacts) -> String {
    let kind = facts.isDiscrete ? "mass" : "density"
    let surprise = facts.isDiscrete ? "surprisal" : "−log density"
    let unit = facts.eventShape.isEmpty ? "1/x" : "per unit volume"
    let density = facts.isDiscrete ? TextTable.Column(kind) : TextTable.Column(kind, unit: unit)
    var columns: [TextTable.Column] = [
      .init("x"), density, .init("log \(kind)", unit: "nats"), .init(surprise, unit: "bits"),
    ]
    if facts.hasCumulative { columns += [.init("P(X ≤ x)"), .init("P(X > x)")] }
    var table = TextTable(columns: columns)
    for point in facts.points {
      var row = [
        list(point.x, facts), NumberText.general(point.density, 6),
        NumberText.general(point.logDensity, 8), NumberText.general(LogDensity(nats: -point.logDensity).bits, 6),
      ]
      if let lower = point.cumulative, let upper = point.complementary {
        row += [NumberText.general(lower, 6), NumberText.general(upper, 6)]
      }
      table.rows.append(row)
    }
    return table.description
  }

  private func json(_ facts: DistributionFacts) -> JSONValue {
    var parameters = family.words(arguments).map { JSONMember($0.name, $0.value) }
    for parameter in family.parameters {
      guard let values = arguments[parameter.option] else { continue }
      parameters.append(JSONMember(parameter.name, DistributionAnswer.value(values.rows)))
    }
    var members: [JSONMember] = [
      JSONMember("distribution", JSONValue(family.name)), JSONMember("parameters", .object(parameters)),
      JSONMember("isDiscrete", JSONValue(facts.isDiscrete)),
      JSONMember("mean", DistributionAnswer.value(rows(facts.mean, facts))),
      JSONMember("variance", DistributionAnswer.value(rows(facts.variance, facts))),
      JSONMember("mode", DistributionAnswer.value(rows(facts.mode, facts))),
    ]
    members += facts.entropy.json
    let points = facts.points.map { point -> JSONValue in
      var members: [JSONMember] = [
        JSONMember("x", DistributionAnswer.value(rows(point.x, facts))),
        JSONMember("logDensityNats", JSONValue(point.logDensity)),
      ]
      if let probability = point.probability { members.append(JSONMember("quantileLevel", JSONValue(probability))) }
      if let lower = point.cumulative, let upper = point.complementary {
        members.append(JSONMember("cumulative", JSONValue(lower)))
        members.append(JSONMember("complementaryCumulative", JSONValue(upper)))
      }
      return .object(members)
    }
    members.append(JSONMember("points", .array(points)))
    return .object(members)
  }

  /// The rows of an event: one, unless it is a matrix.
  private func rows(_ values: [Double], _ facts: DistributionFacts) -> [[Double]] {
    guard facts.eventShape.count == 2, let width = facts.eventShape.last else { return [values] }
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
  }

  private func list(_ values: [Double], _ facts: DistributionFacts) -> String {
    DistributionAnswer.text(rows(values, facts), digits: 8)
  }

  /// The first numbers of the first rows; – for those that do not exist, or not in closed form.
  private static func text(_ rows: [[Double]], digits: Int) -> String {
    let shown = rows.prefix(8).map { row in
      let numbers = row.prefix(12).map { $0.isNaN ? "–" : NumberText.general($0, digits) }
      return numbers.joined(separator: ", ") + (row.count > 12 ? ", …" : "")
    }
    return shown.joined(separator: "; ") + (rows.count > 8 ? "; …" : "")
  }

  private static func value(_ rows: [[Double]]) -> JSONValue {
    guard rows.count == 1 else { return JSONValue(rows) }
    return rows[0].count == 1 ? JSONValue(rows[0][0]) : JSONValue(rows[0])
  }
}
