import Surprisal

/// Distributions that are made of others, or of data.
extension DistributionFamily {
  static let combinators = [mixture, independent, transformed, empirical]

  /// The parameters of all families of single numbers, each with those that take it.
  private static let partParameters: [Parameter] = {
    var names: [String] = []
    for parameter in univariate.flatMap(\.parameters) where !names.contains(parameter.name) {
      names.append(parameter.name)
    }
    return names.map { name in
      let takers = univariate.filter { $0.takes(name) }.map(\.name)
      return Parameter(name, "of \(takers.joined(separator: ", "))", .vector, isOptional: true)
    }
  }()

  private static let partChoices = univariate.map { ValueKind.Choice($0.name, aliases: $0.aliases) }

  private static let one = Option.choice("of", partChoices, section: "parts", "the family of the parts")
  private static let several = Option<[String]>(
    "of", kind: .choice(partChoices), placeholder: "NAME,NAME",
    help: "the family of all components, or one name for each", section: "parts"
  ) { text in
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      partChoices.first { $0.matches(String(part.drop { $0 == " " })) }?.name
    }
    return names.contains(nil) ? nil : names.compactMap { $0 }
  }

  private func takes(_ parameter: String) -> Bool { parameters.contains { $0.name == parameter } }

  private static func part(_ name: String) throws -> DistributionFamily {
    guard let family = univariate.first(where: { $0.name == name }) else {
      throw SurprisalError(.usage, "there is no distribution \(name)")
    }
    return family
  }

  /// One member of each family, or one batch for a single family: the numbers of an option go to the families that take
  /// it, in their order, or one number to all of them.
  private static func values(
    _ families: [DistributionFamily], _ arguments: Arguments, example: String
  ) throws -> [[String: Double]] {
    var values = [[String: Double]](repeating: [:], count: families.count)
    for parameter in partParameters {
      let takers = families.indices.filter { families[$0].takes(parameter.name) }
      guard let given = arguments[parameter.option]?.numbers else {
        if let family = takers.first.map({ families[$0] }) {
          throw SurprisalError(
            .usage, "--\(parameter.name) is missing: \(family.name) needs it", remedy: "for example: \(example)")
        }
        continue
      }
      guard !takers.isEmpty else {
        throw SurprisalError(
          .usage,
          "--\(parameter.name) is no parameter of \(Set(families.map(\.name)).sorted().joined(separator: ", "))",
          remedy: "leave it out")
      }
      guard given.count == 1 || given.count == takers.count else {
        throw SurprisalError(
          .usage, "--\(parameter.name) has \(given.count) numbers for \(takers.count) parts that take it",
          remedy: "give one for each, or one for all")
      }
      for (place, index) in takers.enumerated() { values[index][parameter.name] = given[given.count == 1 ? 0 : place] }
    }
    return values
  }

  /// A member of single numbers.
  private func member(
    _ values: [String: Double], example: String
  ) throws -> AnyUnivariateDistribution {
    let tensors = values.mapValues { Tensor($0, dtype: .float64) }
    let member = try member(Values(tensors: tensors), remedy: "for example: \(example)")
    guard let univariate = member as? any UnivariateDistribution else {
      throw SurprisalError(.usage, "\(name) is no distribution of single numbers", remedy: "choose another --of")
    }
    return AnyUnivariateDistribution(univariate)
  }

  private static let rule =
    "Every parameter of the parts is an option that takes one number for each part whose family has it, in their order, "
    + "or one number for all."

  // MARK: - Mixture

  private static let weights = Option.numbers(
    "weights", section: "parts", "one for each component, of sum 1")
  private static let mixtureExample = "--weights 0.3,0.7 --of normal --mean 0,3 --standard-deviation 1,2"

  private static let mixture = DistributionFamily(
    name: "mixture", summary: "one of several distributions of single numbers, by weights",
    discussion: [rule + " --of normal,laplace mixes two families."], parameters: partParameters,
    options: [several.description, weights.description, SharedOptions.seed.description], example: mixtureExample,
    words: { arguments in
      [
        Word("of", JSONValue(arguments[several] ?? [])), Word("weights", JSONValue(arguments[weights] ?? [])),
      ]
    },
    build: { arguments, _ in
      let example = "surprisal distribution mixture \(mixtureExample)"
      guard let weights = arguments[weights], let names = arguments[several] else {
        let name = arguments[weights] == nil ? "weights" : "of"
        throw SurprisalError(.usage, "--\(name) is missing", remedy: "for example: \(example)")
      }
      guard names.count == 1 || names.count == weights.count else {
        throw SurprisalError(
          .usage, "--of has \(names.count) names and --weights \(weights.count) numbers",
          remedy: "give one weight for each component")
      }
      let families = try (names.count == 1 ? weights.map { _ in names[0] } : names).map(part)
      let values = try values(families, arguments, example: example)
      let components = try zip(families, values).map { try $0.member($1, example: example) }
      if let other = components.firstIndex(where: { $0.support.isDiscrete != components[0].support.isDiscrete }) {
        throw SurprisalError(
          .usage, "\(families[0].name) and \(families[other].name): one has a mass and the other a density",
          remedy: "mix counts with counts")
      }
      return try Mixture(weights: Tensor(weights), components: components)
    })

  // MARK: - Independent

  private static let independentExample = "--of normal --mean 0,3 --standard-deviation 1,2 --at 0,0"

  private static let independent = DistributionFamily(
    name: "independent", summary: "vectors of independent numbers of one family",
    discussion: ["Every parameter of the family is an option that takes one number for each element, or one for all."],
    parameters: partParameters, options: [one.description, SharedOptions.seed.description], example: independentExample,
    words: { [Word("of", JSONValue($0[one]))] },
    build: { arguments, _ in
      let example = "surprisal distribution independent \(independentExample)"
      guard let name = arguments[one] else {
        throw SurprisalError(.usage, "--of is missing", remedy: "for example: \(example)")
      }
      let family = try part(name)
      let count = partParameters.compactMap { arguments[$0.option]?.numbers.count }.max() ?? 1
      let values = try values([DistributionFamily](repeating: family, count: count), arguments, example: example)
      var tensors: [String: Tensor] = [:]
      for parameter in family.parameters {
        tensors[parameter.name] = Tensor(values.compactMap { $0[parameter.name] })
      }
      let batch = try family.member(Values(tensors: tensors), remedy: "for example: \(example)")
      return try Independent(AnyDistribution(batch), reinterpreted: 1)
    })

  // MARK: - Transformed

  private static let maps = ["affine", "exp", "sigmoid", "softplus", "tanh", "power"]
  private static let by = Option<[String]>(
    "by", kind: .choice(maps.map { ValueKind.Choice($0) }), placeholder: "NAME,NAME",
    help: "the function, or several of which the first comes first", section: "parts"
  ) { text in
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.drop { $0 == " " }.lowercased() }
    return names.allSatisfy(maps.contains) ? names : nil
  }
  private static let shift = Option.real(
    "shift", -1e300...1e300, section: "parts", standard: "0", "shift + factor · x of --by affine")
  private static let factor = Option.real(
    "factor", -1e300...1e300, section: "parts", standard: "1", "the factor of --by affine, other than 0")
  private static let exponent = Option.real(
    "exponent", -1e6...1e6, section: "parts", "x to this power, of --by power")
  private static let transformedExample = "--of normal --by exp --mean 0 --standard-deviation 0.5"

  private static let transformed = DistributionFamily(
    name: "transformed", summary: "a function of a number of another distribution",
    discussion: ["For example Celsius to Fahrenheit: --of normal --by affine --shift 32 --factor 1.8."],
    parameters: partParameters,
    options: [
      one.description, by.description, shift.description, factor.description, exponent.description,
      SharedOptions.seed.description,
    ],
    example: transformedExample,
    words: { arguments in
      let numbers = [("shift", arguments[shift]), ("factor", arguments[factor]), ("exponent", arguments[exponent])]
      return [Word("of", JSONValue(arguments[one])), Word("by", JSONValue(arguments[by] ?? []))]
        + numbers.compactMap { name, value in value.map { Word(name, JSONValue($0)) } }
    },
    build: { arguments, _ in
      let example = "surprisal distribution transformed \(transformedExample)"
      guard let name = arguments[one], let names = arguments[by] else {
        throw SurprisalError(
          .usage, "--\(arguments[one] == nil ? "of" : "by") is missing", remedy: "for example: \(example)")
      }
      let bijections = try names.map { try bijection($0, arguments) }
      for (option, map) in [("shift", "affine"), ("factor", "affine"), ("exponent", "power")]
      where arguments.texts[option] != nil && !names.contains(map) {
        throw SurprisalError(.usage, "--\(option) is of --by \(map)", remedy: "leave it out")
      }
      let family = try part(name)
      let member = try values([family], arguments, example: example)[0]
      let base = try family.member(member, example: example)
      if base.support.isDiscrete {
        throw SurprisalError(
          .usage, "\(family.name) has a mass, only densities are transformed", remedy: "choose another --of")
      }
      return try Transformed(base, by: bijections.count == 1 ? bijections[0] : ComposedBijection(bijections))
    })

  private static func bijection(_ name: String, _ arguments: Arguments) throws -> any Bijection {
    switch name {
    case "affine":
      guard arguments[shift] != nil || arguments[factor] != nil else {
        throw SurprisalError(.usage, "--by affine needs --shift or --factor", remedy: "for example: --shift 32")
      }
      return try AffineBijection(shift: arguments[shift] ?? 0, scale: arguments[factor] ?? 1)
    case "exp": return ExpBijection()
    case "sigmoid": return SigmoidBijection()
    case "softplus": return SoftplusBijection()
    case "tanh": return TanhBijection()
    default:
      guard let exponent = arguments[exponent] else {
        throw SurprisalError(.usage, "--by power needs --exponent", remedy: "for example: --exponent 2")
      }
      return try PowerBijection(exponent)
    }
  }

  // MARK: - Empirical

  private static let column = Option.column(
    "column", section: DataOptions.section, "the column of the numbers, by name or by its number from 1")

  private static let empirical = DistributionFamily(
    name: "empirical", summary: "the distribution of a column of data itself",
    discussion: ["Mass 1/n at each of the n numbers of a column, or its weight's share."],
    positionals: [DataOptions.positional], parameters: [],
    options: [
      column.description, DataOptions.weights.description, DataOptions.delimiter.description,
      DataOptions.decimal.description, DataOptions.header.description, DataOptions.missing.description,
      SharedOptions.quiet.description,
    ],
    example: "old-faithful --column waiting",
    words: { arguments in
      [Word("of", JSONValue(arguments.word(0)))] + (arguments[column].map { [Word("column", JSONValue($0))] } ?? [])
    },
    build: { arguments, console in
      let input = InputTable(arguments: arguments, console: console)
      var options = input.options
      options.columns = arguments[column].map { [$0] }
      let name = arguments.word(0) ?? ""
      let table = try input.read(name, options: options)
      guard table.columnNames.count == 1 else {
        throw SurprisalError(
          .usage,
          "\(name) has \(table.columnNames.count) columns: \(table.columnNames.prefix(8).joined(separator: ", "))",
          remedy: "name one by --column")
      }
      let weights = table.weights.map { Tensor($0) }
      return try InputTable.named(name) {
        try Empirical(Tensor(try table.column(named: table.columnNames[0])), weights: weights)
      }
    })
}
