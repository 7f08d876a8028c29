import Surprisal

/// A family of distributions on the command line: its parameters as options, and how one member is made.
struct DistributionFamily: Sendable {
  /// A parameter that is an option of the same name.
  struct Parameter: Sendable {
    var option: Option<[Double]>
    /// Whether it may be left out.
    var isOptional = false

    init(_ name: String, _ help: String, isOptional: Bool = false) {
      option = .numbers(name, section: "parameters", help)
      self.isOptional = isOptional
    }
  }

  /// The word that names it.
  var name: String
  /// What it is, in one line without a period.
  var summary: String
  /// Its parameters.
  var parameters: [Parameter]
  /// Options and values of a member, for the example in its help.
  var example: String
  /// The member with these values, in the order of the parameters; nil for one that was left out.
  var make: @Sendable (_ values: [Tensor?]) throws -> any Distribution

  /// The member that the command line asks for.
  ///
  /// - Throws: `usage` for a parameter that is missing or has several numbers where one belongs.
  func member(_ arguments: Arguments) throws -> any Distribution {
    let values = try parameters.map { parameter -> Tensor? in
      guard let numbers = arguments[parameter.option] else {
        if parameter.isOptional { return nil }
        throw SurprisalError(
          .usage, "--\(parameter.option.description.name) is missing",
          remedy: "for example: surprisal distribution \(name) \(example)")
      }
      return numbers.count == 1 ? Tensor(numbers[0], dtype: .float64) : Tensor(numbers)
    }
    return try make(values)
  }

  /// A parameter that is one number.
  static func number(_ value: Tensor?, _ name: String) throws -> Tensor {
    guard let value, value.rank == 0 else {
      throw SurprisalError(.usage, "--\(name) takes one number here", remedy: "give it once")
    }
    return value
  }

  /// A parameter that is a list of numbers.
  static func vector(_ value: Tensor?, _ name: String) throws -> Tensor {
    guard let value else { throw SurprisalError(.usage, "--\(name) is missing") }
    return value.rank == 0 ? value.reshaped(to: [1]) : value
  }
}
