import SurprisalCore
import SurprisalData

extension TrainingConfiguration {
  /// A field's name in JSON, what it may be, and how it is read and written.
  private struct Field: Sendable {
    let name: String
    let range: String
    let get: @Sendable (TrainingConfiguration) -> JSONValue
    /// False if the value is none of the field's.
    let set: @Sendable (inout TrainingConfiguration, JSONValue) -> Bool
    /// Whether another value gives other parameters from the next step on.
    var isCourse = true

    func with(isCourse: Bool) -> Field {
      var copy = self
      copy.isCourse = isCourse
      return copy
    }
  }

  private static let fields: [Field] = [
    count("epochs", \.epochs, isCourse: false),
    count("steps", \.steps, isCourse: false),
    count("batchSize", \.batchSize),
    count("accumulation", \.accumulation),
    flag("dropsLastBatch", \.dropsLastBatch),
    flag("shuffles", \.shuffles),
    Field(name: "seed", range: "a whole number from 0 to 2^64 - 1") {
      Int(exactly: $0.seed).map { .integer($0) } ?? .string("\($0.seed)")
    } set: { configuration, value in
      let seed = value.integerValue.flatMap { UInt64(exactly: $0) } ?? value.stringValue.flatMap { UInt64($0) }
      if let seed { configuration.seed = seed }
      return seed != nil
    },
    number("clipNorm", \.clipNorm, "a number above 0") { $0 > 0 },
    number("clipValue", \.clipValue, "a number above 0") { $0 > 0 },
    number("averageDecay", \.averageDecay, "a number from 0 to below 1") { $0 >= 0 && $0 < 1 },
    count("validationEpochs", \.validationEpochs),
    count("validationSteps", \.validationSteps),
    count("patience", \.patience, isCourse: false),
    Field(name: "minimumImprovement", range: "a number from 0") {
      .number($0.minimumImprovement)
    } set: { configuration, value in
      guard let number = value.doubleValue, number >= 0, number.isFinite else { return false }
      configuration.minimumImprovement = number
      return true
    },
    count("checkpointEpochs", \.checkpointEpochs, isCourse: false),
    count("checkpointSteps", \.checkpointSteps, isCourse: false),
    count("keptCheckpoints", \.keptCheckpoints, from: 0, isCourse: false),
    count("logSteps", \.logSteps),
  ]

  /// All fields by name; limits that are not set are `null`.
  public var json: JSONValue {
    .object(TrainingConfiguration.fields.map { JSONMember($0.name, $0.get(self)) })
  }

  /// The configuration that `json` holds; fields that it leaves out keep their defaults, `null` is no limit.
  ///
  /// - Throws: a usage error that names the field, its value and what it may be.
  public init(_ json: JSONValue, file: String? = nil) throws {
    self.init()
    let location = file.map { SurprisalError.Location(file: $0) }
    guard let members = json.members else {
      throw SurprisalError(
        .usage, "a training's configuration is a JSON object, not \(json)", remedy: "write { \"epochs\": 10 }",
        at: location)
    }
    for member in members {
      guard let field = TrainingConfiguration.fields.first(where: { $0.name == member.key }) else {
        let names = TrainingConfiguration.fields.map(\.name)
        let near = nearestName(to: member.key, in: names)
        throw SurprisalError(
          .usage, "a training's configuration has no field '\(member.key)'",
          remedy: near.map { "did you mean '\($0)'?" } ?? "there are " + names.joined(separator: ", "), at: location)
      }
      guard field.set(&self, member.value) else {
        throw TrainingConfiguration.fault(field, member.value, at: location)
      }
    }
    try check(at: location)
  }

  /// Throws a usage error that names the field, its value and its range if a value cannot be used.
  public func check() throws { try check(at: nil) }

  private func check(at location: SurprisalError.Location?) throws {
    var copy = self
    for field in TrainingConfiguration.fields {
      let value = field.get(self)
      guard field.set(&copy, value) else { throw TrainingConfiguration.fault(field, value, at: location) }
    }
    guard epochs != nil || steps != nil else {
      throw SurprisalError(
        .usage, "neither epochs nor steps limit the training", remedy: "give one of them", at: location)
    }
  }

  private static func fault(
    _ field: Field, _ value: JSONValue, at location: SurprisalError.Location?
  ) -> SurprisalError {
    SurprisalError(.usage, "\(field.name) is \(value)", remedy: "give \(field.range)", at: location)
  }

  /// The fields in which `other` is not this and that change the course of a training, each with both values.
  func courseDifferences(from other: TrainingConfiguration) -> [String] {
    TrainingConfiguration.fields.compactMap { field in
      let (here, there) = (field.get(self), field.get(other))
      return field.isCourse && here != there ? "\(field.name) was \(there), is \(here)" : nil
    }
  }
}

// MARK: - Kinds of fields

extension TrainingConfiguration {
  private static func flag(
    _ name: String, _ path: any WritableKeyPath<TrainingConfiguration, Bool> & Sendable
  ) -> Field {
    Field(name: name, range: "true or false") {
      .bool($0[keyPath: path])
    } set: { configuration, value in
      if let flag = value.boolValue { configuration[keyPath: path] = flag }
      return value.boolValue != nil
    }
  }

  private static func count(
    _ name: String, _ path: any WritableKeyPath<TrainingConfiguration, Int> & Sendable, from least: Int = 1,
    isCourse: Bool = true
  ) -> Field {
    Field(name: name, range: "a whole number from \(least)") {
      .integer($0[keyPath: path])
    } set: { configuration, value in
      guard let count = value.integerValue, count >= least else { return false }
      configuration[keyPath: path] = count
      return true
    }.with(isCourse: isCourse)
  }

  private static func count(
    _ name: String, _ path: any WritableKeyPath<TrainingConfiguration, Int?> & Sendable, isCourse: Bool = true
  ) -> Field {
    Field(name: name, range: "a whole number from 1, or null") {
      JSONValue($0[keyPath: path])
    } set: { configuration, value in
      guard value.isNull || value.integerValue.map({ $0 >= 1 }) == true else { return false }
      configuration[keyPath: path] = value.integerValue
      return true
    }.with(isCourse: isCourse)
  }

  private static func number(
    _ name: String, _ path: any WritableKeyPath<TrainingConfiguration, Double?> & Sendable, _ range: String,
    _ isInRange: @escaping @Sendable (Double) -> Bool
  ) -> Field {
    Field(name: name, range: range + ", or null") {
      JSONValue($0[keyPath: path])
    } set: { configuration, value in
      // A number that is not finite has no JSON form and reads as null: it must not pass for «no limit».
      if case .number(let number) = value, !number.isFinite { return false }
      guard value.isNull || value.doubleValue.map(isInRange) == true else { return false }
      configuration[keyPath: path] = value.doubleValue
      return true
    }
  }
}
