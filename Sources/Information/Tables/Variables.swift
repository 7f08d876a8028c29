import SurprisalCore

/// Variables of a `ProbabilityTable`, by position from 0 or by name: `0`, `"x"`, `["x", "y"]`.
public struct Variables: Sendable, Hashable {
  /// One variable.
  enum Variable: Sendable, Hashable {
    case position(Int)
    case name(String)
  }

  let list: [Variable]

  /// Variables by position.
  public init(_ positions: [Int]) { list = positions.map { .position($0) } }

  /// Variables by name.
  public init(_ names: [String]) { list = names.map { .name($0) } }

  private init(list: [Variable]) { self.list = list }
}

extension Variables: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  /// One variable by position.
  public init(integerLiteral position: Int) { self.init([position]) }

  /// One variable by name.
  public init(stringLiteral name: String) { self.init([name]) }

  /// Several variables.
  public init(arrayLiteral elements: Variables...) { self.init(list: elements.flatMap(\.list)) }
}

extension ProbabilityTable {
  /// The positions of `variables`, each once, in the order given.
  func positions(_ variables: Variables) throws -> [Int] {
    var result: [Int] = []
    for variable in variables.list {
      let position: Int
      switch variable {
      case .position(let index):
        guard shape.indices.contains(index) else {
          throw SurprisalError(.usage, "no variable \(index) in a table of \(shape.count) variables (counted from 0)")
        }
        position = index
      case .name(let name):
        guard let index = variableNames.firstIndex(of: name) else {
          let known = variableNames.isEmpty ? "they have no names" : "one of: \(variableNames.joined(separator: ", "))"
          throw SurprisalError(.usage, "no variable `\(name)` in the table", remedy: known)
        }
        position = index
      }
      if !result.contains(position) { result.append(position) }
    }
    return result
  }

  /// The positions of `variables`, of which there must be one.
  func somePositions(_ variables: Variables, _ what: String) throws -> [Int] {
    let result = try positions(variables)
    if result.isEmpty { throw SurprisalError(.usage, "\(what) of no variable", remedy: "name at least one") }
    return result
  }
}
