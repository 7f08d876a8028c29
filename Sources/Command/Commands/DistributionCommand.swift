import Surprisal

/// The options of `distribution`.
enum DistributionOptions {
  static let section = "answer"

  static let at = Option.numbers(
    "at", section: section, standard: "the quantiles", "the events to judge; a vector is one event")
  static let quantiles = Option.numbers(
    "quantiles", section: section, standard: "0.025,0.25,0.5,0.75,0.975", "probabilities of the quantiles to show")
  static let plot = Option.path("plot", section: section, "draw the density or the masses as SVG into this file")
}

extension Command {
  static let distribution: Command = .init(
    name: "distribution", summary: "density, moments and entropy of a distribution",
    examples: [
      Example("surprisal distribution normal --mean 0 --standard-deviation 1", "entropy ½ log 2πe = 1.418939 nats")
    ],
    children: DistributionFamily.all.map { family in
      Command(
        name: family.name, aliases: family.aliases, summary: family.summary,
        discussion: [
          "Prints mean, variance, mode and entropy, and for each event the density (or mass), its logarithm, the "
            + "surprisal and the distribution function. The entropy of a density is that at the unit of x."
        ],
        options: family.parameters.map(\.option.description) + [
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
    let member = try family.member(arguments)
    let facts = try DistributionFacts(
      member, at: arguments[DistributionOptions.at], quantiles: arguments[DistributionOptions.quantiles])
    if let path = arguments[DistributionOptions.plot] {
      try FileSystem.checkOutput(path, option: DistributionOptions.plot.description.name)
      try AtomicWrite.write(DistributionPlot(member, name: name, facts: facts).chart().svg(), to: path)
    }
    if arguments[SharedOptions.json] {
      try console.writeLine(json(facts).text())
    } else {
      try console.write(text(facts))
    }
    return ExitCode.success
  }

  /// The family with its parameters, such as `normal, mean 0, standard-deviation 1`.
  private var name: String {
    let parameters = family.parameters.compactMap { parameter in
      arguments[parameter.option].map { values in
        "\(parameter.option.description.name) \(values.map { NumberText.general($0, 6) }.joined(separator: ","))"
      }
    }
    return ([family.name] + parameters).joined(separator: ", ")
  }

  private func text(_ facts: DistributionFacts) -> String {
    var text = name + "\n"
    var table = TextTable(columns: [.init("", alignment: .left), .init("", alignment: .left)])
    table.rows = [
      ["mean", DistributionAnswer.list(facts.mean)], ["variance", DistributionAnswer.list(facts.variance)],
      ["mode", DistributionAnswer.list(facts.mode)], ["entropy", entropy(facts)],
    ]
    // Without the header's two lines: the first column says what each row is.
    text += table.lines().dropFirst(2).joined(separator: "\n") + "\n"
    return facts.points.isEmpty ? text : text + "\n" + points(facts)
  }

  private func entropy(_ facts: DistributionFacts) -> String {
    guard let nats = facts.entropy else { return facts.entropyNote ?? "–" }
    let unit = facts.isDiscrete ? "" : ", differential, at the unit of x"
    // Densities nearly without width have entropies of hundreds of digits.
    func amount(_ value: Double) -> String {
      value.magnitude < 1e9 ? NumberText.fixed(value, 6) : NumberText.general(value, 8)
    }
    let bits = amount(Information(nats: nats).bits)
    return "\(amount(nats)) nats = \(bits) bits\(unit)"
  }

  private func points(_ facts: DistributionFacts) -> String {
    let kind = facts.isDiscrete ? "mass" : "density"
    let surprise = facts.isDiscrete ? "surprisal" : "−log density"
    var columns: [TextTable.Column] = [
      .init("x"), .init(kind), .init("log \(kind)", unit: "nats"), .init(surprise, unit: "bits"),
    ]
    if facts.hasCumulative { columns += [.init("P(X ≤ x)"), .init("P(X > x)")] }
    var table = TextTable(columns: columns)
    for point in facts.points {
      var row = [
        DistributionAnswer.list(point.x), NumberText.general(point.density, 6),
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
    var parameters: [JSONMember] = []
    for parameter in family.parameters {
      guard let values = arguments[parameter.option] else { continue }
      parameters.append(JSONMember(parameter.option.description.name, DistributionAnswer.value(values)))
    }
    var members: [JSONMember] = [
      JSONMember("distribution", JSONValue(family.name)), JSONMember("parameters", .object(parameters)),
      JSONMember("isDiscrete", JSONValue(facts.isDiscrete)), JSONMember("mean", DistributionAnswer.value(facts.mean)),
      JSONMember("variance", DistributionAnswer.value(facts.variance)),
      JSONMember("mode", DistributionAnswer.value(facts.mode)),
    ]
    if let nats = facts.entropy {
      members.append(JSONMember("entropyNats", JSONValue(nats)))
      members.append(JSONMember("entropyBits", JSONValue(Information(nats: nats).bits)))
    } else if let note = facts.entropyNote {
      members.append(JSONMember("entropyNote", JSONValue(note)))
    }
    let points = facts.points.map { point -> JSONValue in
      var members: [JSONMember] = [
        JSONMember("x", DistributionAnswer.value(point.x)), JSONMember("logDensityNats", JSONValue(point.logDensity)),
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

  private static func list(_ values: [Double]) -> String {
    let shown = values.prefix(12).map { NumberText.general($0, 8) }.joined(separator: ", ")
    return values.count > 12 ? shown + ", …" : shown
  }

  private static func value(_ values: [Double]) -> JSONValue {
    values.count == 1 ? JSONValue(values[0]) : JSONValue(values)
  }
}
