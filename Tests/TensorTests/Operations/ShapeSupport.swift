import SurprisalTensors

/// What tests may ask about memory.
enum Memory {
  /// Whether the elements of the contiguous `view` lie in the memory of the contiguous `whole`.
  static func isWithin(_ view: Tensor, _ whole: Tensor) -> Bool {
    whole.withUnsafeBytes { whole in
      view.withUnsafeBytes { view in
        guard let first = whole.baseAddress, let start = view.baseAddress else { return false }
        return start >= first && start + view.count <= first + whole.count
      }
    }
  }
}

/// An einsum by its definition: one loop over every index of every letter, in float64.
struct EinsumDefinition {
  private let inputs: [[Character]]
  private let output: [Character]
  private let operands: [Tensor]
  private var extents: [Character: Int] = [:]

  /// Understands what the tests write, and nothing that is wrong.
  init(_ equation: String, _ operands: [Tensor]) {
    let text = equation.filter { $0 != " " }.replacing("...", with: ".")
    let sides = text.replacing("->", with: ">").split(separator: ">", omittingEmptySubsequences: false)
    let widest =
      zip(sides[0].split(separator: ",", omittingEmptySubsequences: false), operands).map {
        $0.contains(".") ? $1.rank - $0.count + 1 : 0
      }.max() ?? 0
    func expanded(_ part: some StringProtocol, _ hidden: Int) -> [Character] {
      part.flatMap { $0 == "." ? Array("0123456789".prefix(hidden).reversed()) : [$0] }
    }
    self.operands = operands
    inputs = zip(sides[0].split(separator: ",", omittingEmptySubsequences: false), operands).map {
      expanded($0, $0.contains(".") ? $1.rank - $0.count + 1 : 0)
    }
    let letters = inputs.joined().filter(\.isLetter)
    let once = Set(letters).filter { letter in letters.count { $0 == letter } == 1 }.sorted()
    output = sides.count > 1 ? expanded(sides[1], widest) : expanded(".", widest) + once
    for (names, operand) in zip(inputs, operands) {
      for (name, extent) in zip(names, operand.shape) { extents[name] = max(extents[name] ?? 1, extent) }
    }
  }

  func values(shape: [Int]) -> [Double] {
    let names = extents.keys.sorted()
    let data = operands.map { $0.scalars(as: Double.self) }
    var result = [Double](repeating: 0, count: shape.reduce(1, *))
    for combination in 0..<names.reduce(1, { $0 * (extents[$1] ?? 1) }) {
      var index: [Character: Int] = [:]
      var rest = combination
      for name in names {
        index[name] = rest % (extents[name] ?? 1)
        rest /= extents[name] ?? 1
      }
      var product = 1.0
      for (operand, names) in zip(operands.indices, inputs) {
        let shape = operands[operand].shape
        let place = zip(names, shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : index[$1.0] ?? 0) }
        product *= data[operand][place]
      }
      result[zip(output, shape).reduce(0) { $0 * $1.1 + (index[$1.0] ?? 0) }] += product
    }
    return result
  }
}
