import Surprisal

/// A family of distributions on the command line: its parameters as options, and how one member is made.
struct DistributionFamily: Sendable {
  /// A parameter that is an option of the same name.
  struct Parameter: Sendable {
    /// What its numbers make.
    enum Form: Sendable {
      case number, vector, matrix
    }

    var option: Option<NumberRows>
    var form: Form
    /// What the library calls it.
    var libraryName: String
    var isOptional: Bool

    init(
      _ name: String, aliases: [String] = [], _ help: String, _ form: Form = .number, libraryName: String? = nil,
      isOptional: Bool = false
    ) {
      let placeholder =
        switch form {
        case .number: "X"
        case .vector: "X,Y"
        case .matrix: "A,B;C,D"
        }
      option = .rows(name, aliases: aliases, placeholder: placeholder, section: "parameters", help)
      self.form = form
      let words = name.split(separator: "-")
      self.libraryName =
        libraryName
        ?? words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
      self.isOptional = isOptional
    }

    var name: String { option.description.name }

    /// The numbers as a tensor: a matrix that is spelled without semicolons stays a list.
    ///
    /// - Throws: `usage` for several numbers where one belongs, and for rows of different length.
    func tensor(_ value: NumberRows) throws -> Tensor {
      switch form {
      case .number:
        guard value.numbers.count == 1 else {
          throw SurprisalError(
            .usage, "--\(name) takes one number here, not \(value.numbers.count)", remedy: "give one number")
        }
        return Tensor(value.numbers[0], dtype: .float64)
      case .vector:
        guard value.rows.count == 1 else {
          throw SurprisalError(.usage, "--\(name) takes one list of numbers, not rows", remedy: "leave the ; away")
        }
        return Tensor(value.numbers)
      case .matrix:
        let width = value.rows[0].count
        guard value.rows.allSatisfy({ $0.count == width }) else {
          throw SurprisalError(
            .usage, "--\(name) has rows of \(value.rows.map { "\($0.count)" }.joined(separator: ", ")) numbers",
            remedy: "give rows of one length")
        }
        return value.rows.count == 1 ? Tensor(value.numbers) : Tensor(value.numbers, shape: [value.rows.count, width])
      }
    }
  }

  /// Parameters by the names of their options.
  struct Values {
    var tensors: [String: Tensor]

    /// A parameter that must be there.
    subscript(name: String) -> Tensor { tensors[name] ?? Tensor(.nan, dtype: .float64) }
  }

  /// What an option that is no parameter says of a member, such as the family of its parts.
  struct Word {
    var name: String
    var value: JSONValue

    init(_ name: String, _ value: JSONValue) { (self.name, self.value) = (name, value) }

    /// The option and its value, for people.
    var text: String { "\(name) \(Word.text(value))" }

    private static func text(_ value: JSONValue) -> String {
      switch value {
      case .string(let text): text
      case .number(let number): NumberText.general(number, 6)
      case .array(let values): values.map(text).joined(separator: ", ")
      default: value.text()
      }
    }
  }

  /// The word that names it.
  var name: String
  /// Other words for it.
  var aliases: [String] = []
  /// What it is, in one line without a period.
  var summary: String
  /// More about it.
  var discussion: [String] = []
  var positionals: [Command.Positional] = []
  /// Its parameters.
  var parameters: [Parameter]
  /// Options that are no numbers.
  var options: [OptionDescription] = []
  /// Options and values of a member, for the example in its help.
  var example: String
  /// What the options that are no numbers say.
  var words: @Sendable (Arguments) -> [Word] = { _ in [] }
  /// How a member is made.
  var recipe: Recipe

  /// How a member is made: of its parameters, or of all that the command line holds.
  enum Recipe: Sendable {
    case parameters(@Sendable (Values) throws -> any Distribution)
    case commandLine(@Sendable (Arguments, Console) throws -> any Distribution)
  }

  /// A family whose parameters are all of it.
  init(
    name: String, aliases: [String] = [], summary: String, parameters: [Parameter], example: String,
    make: @escaping @Sendable (_ values: Values) throws -> any Distribution
  ) {
    (self.name, self.aliases, self.summary) = (name, aliases, summary)
    (self.parameters, self.example, recipe) = (parameters, example, .parameters(make))
  }

  /// A family whose members are made of more than numbers.
  init(
    name: String, summary: String, discussion: [String], positionals: [Command.Positional] = [],
    parameters: [Parameter], options: [OptionDescription], example: String,
    words: @escaping @Sendable (Arguments) -> [Word],
    build: @escaping @Sendable (Arguments, Console) throws -> any Distribution
  ) {
    (self.name, self.summary, self.discussion, self.positionals) = (name, summary, discussion, positionals)
    (self.parameters, self.options, self.example, self.words) = (parameters, options, example, words)
    recipe = .commandLine(build)
  }

  /// The member that the command line asks for.
  ///
  /// - Throws: `usage` for a parameter that is missing or has several numbers where one belongs.
  func member(_ arguments: Arguments, _ console: Console) throws -> any Distribution {
    if case .commandLine(let build) = recipe { return try build(arguments, console) }
    var values = Values(tensors: [:])
    for parameter in parameters {
      guard let numbers = arguments[parameter.option] else {
        if parameter.isOptional { continue }
        throw missing(parameter, remedy: remedy)
      }
      values.tensors[parameter.name] = try parameter.tensor(numbers)
    }
    return try member(values, remedy: remedy)
  }

  private var remedy: String { "for example: surprisal distribution \(name) \(example)" }

  func missing(_ parameter: Parameter, remedy: String) -> SurprisalError {
    SurprisalError(.usage, "--\(parameter.name) is missing", remedy: remedy)
  }

  /// The member with these values; errors have the options' names in place of the library's.
  func member(_ values: Values, remedy: String) throws -> any Distribution {
    guard case .parameters(let make) = recipe else {
      throw SurprisalError(.usage, "\(name) is made of other distributions", remedy: remedy)
    }
    do {
      return try make(values)
    } catch var error as SurprisalError {
      error.message = parameters.reduce(error.message) { message, parameter in
        let words = message.split(separator: " ", omittingEmptySubsequences: false).map { word in
          word == parameter.libraryName ? "--" + parameter.name : String(word)
        }
        return words.joined(separator: " ")
      }
      error.remedy = error.remedy ?? remedy
      throw error
    }
  }

  /// A matrix of `rows` × `columns` that was spelled with semicolons or row by row.
  static func matrix(_ value: Tensor, rows: Int, columns: Int, _ name: String) throws -> Tensor {
    guard value.rank == 2 ? value.shape == [rows, columns] : value.count == rows * columns else {
      let found = value.rank == 2 ? "\(value.shape[0]) × \(value.shape[1])" : "\(value.count)"
      throw SurprisalError(
        .usage, "--\(name) has \(found) numbers, \(rows) × \(columns) are needed",
        remedy: "give the matrix row by row, with ; between rows")
    }
    return value.reshaped(to: [rows, columns])
  }
}
