import SurprisalCore
import SurprisalTensors

/// What a model consists of: its modules in order, the tensors of each, and how many numbers there are.
public struct ModuleSummary: Sendable, Hashable {
  /// A module and the tensors of its own, not those of modules inside it.
  public struct Entry: Sendable, Hashable {
    /// The names that lead to it, joined by dots; empty for the model itself.
    public var path: String
    /// Its name inside the module around it.
    public var name: String
    /// How many modules are around it.
    public var depth: Int
    /// What it is, in a line.
    public var line: String
    /// Its parameters' names and shapes.
    public var parameters: [Field] = []
    /// Its buffers' names and shapes.
    public var buffers: [Field] = []
    /// The shape of its result, where it is known.
    public var outputShape: [Int]?

    /// The numbers in its own parameters.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
  }

  /// A tensor's name and shape.
  public struct Field: Sendable, Hashable {
    /// Inside its module.
    public var name: String
    /// The extents of its axes.
    public var shape: [Int]
    /// The type of its elements.
    public var dtype: DType

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }
  }

  /// The modules, each before those inside it.
  public internal(set) var entries: [Entry]

  /// The numbers in the result of each module, as far as its shape is known; a module around others whose shapes are
  /// known gives the last one's, and is left out.
  public var resultCounts: [Double] {
    entries.indices.compactMap { index in
      guard let shape = entries[index].outputShape else { return nil }
      if index + 1 < entries.count, entries[index + 1].depth > entries[index].depth,
        entries[index + 1].outputShape != nil
      {
        return nil
      }
      return shape.reduce(1) { $0 * Double($1) }
    }
  }

  /// The numbers in all parameters.
  public var parameterCount: Int { entries.reduce(0) { $0 + $1.parameterCount } }
  /// The numbers in all buffers.
  public var bufferCount: Int { entries.flatMap(\.buffers).reduce(0) { $0 + $1.count } }
  /// The bytes of all parameters and buffers.
  public var byteCount: Int {
    entries.flatMap { $0.parameters + $0.buffers }.reduce(0) { $0 + $1.count * $1.dtype.byteCount }
  }
}

extension ModuleSummary: CustomStringConvertible {
  /// A table: a line for each module, indented by depth, with the shape of its result where it is known, the number
  /// and the shapes of its parameters; then the sums.
  public var description: String {
    let hasShapes = entries.contains { $0.outputShape != nil }
    var rows = [["layer"] + (hasShapes ? ["output"] : []) + ["parameters", ""]]
    for entry in entries {
      let indent = String(repeating: "  ", count: entry.depth)
      let fields = (entry.parameters + entry.buffers).map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
      rows.append(
        [indent + (entry.name.isEmpty ? "" : "\(entry.name): ") + entry.line]
          + (hasShapes ? [entry.outputShape.map { "\($0)" } ?? ""] : [])
          + [entry.parameters.isEmpty ? "" : grouped(entry.parameterCount), fields])
    }
    let widths = rows[0].indices.map { column in rows.reduce(0) { max($0, $1[column].count) } }
    let counts = rows[0].count - 2
    var text = ""
    for row in rows {
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (column == counts ? space + cell : cell + space)
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    let buffers = bufferCount == 0 ? "" : ", \(grouped(bufferCount)) in buffers"
    return text + "\(grouped(parameterCount)) parameters\(buffers), \(grouped(byteCount)) bytes"
  }
}

/// A number with a comma before each three digits.
private func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  var text = ""
  for (place, digit) in digits.enumerated() {
    if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return text
}
