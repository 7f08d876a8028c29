import Surprisal

/// A family of distributions on the command line: its parameters as options, and how one member is made.
struct DistributionFamily: Sendable {
  /// A parameter that is an option of the same name.
  struct Parameter: Sendable {
    var option: Option<[Double]>

    init(_ name: String, _ help: String, isVector: Bool = false) {
      option = .numbers(name, placeholder: isVector ? "X,Y" : "X", section: "parameters", help)
    }

    /// What the library calls it.
    var libraryName: String {
      let words = option.description.name.split(separator: "-")
      return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
  }

  /// The word that names it.
  var name: String
  /// Other words for it.
  var aliases: [String] = []
  /// What it is, in one line without a period.
  var summary: String
  /// Its parameters.
  var parameters: [Parameter]
  /// Options and values of a member, for the example in its help.
  var example: String
  /// The member with these values, in the order of the parameters.
  var make: @Sendable (_ values: [Tensor]) throws -> any Distribution

  /// The member that the command line asks for.
  ///
  /// - Throws: `usage` for a parameter that is missing or has several numbers where one belongs.
  func member(_ arguments: Arguments) throws -> any Distribution {
    let values = try parameters.map { parameter -> Tensor in
      guard let numbers = arguments[parameter.option] else {
        throw SurprisalError(
          .usage, "--\(parameter.option.description.name) is missing",
          remedy: "for example: surprisal distribution \(name) \(example)")
      }
      return numbers.count == 1 ? Tensor(numbers[0], dtype: .float64) : Tensor(numbers)
    }
    do {
      return try make(values)
    } catch var error as SurprisalError {
      // The options' names in place of the library's.
      error.message = parameters.reduce(error.message) { message, parameter in
        let words = message.split(separator: " ", omittingEmptySubsequences: false).map { word in
          word == parameter.libraryName ? "--" + parameter.option.description.name : String(word)
        }
        return words.joined(separator: " ")
      }
      error.remedy = error.remedy ?? "for example: surprisal distribution \(name) \(example)"
      throw error
    }
  }

  /// A parameter that is one number.
  static func number(_ value: Tensor, _ name: String) throws -> Tensor {
    guard value.rank == 0 else {
      throw SurprisalError(.usage, "--\(name) takes one number here, not \(value.count)", remedy: "give one number")
    }
    return value
  }

  /// A parameter that is a list of numbers.
  static func vector(_ value: Tensor) -> Tensor { value.rank == 0 ? value.reshaped(to: [1]) : value }
}
