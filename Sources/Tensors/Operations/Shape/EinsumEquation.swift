/// The letters of an einsum.
struct EinsumEquation {
  /// A side's letters; the ellipsis is one element.
  private typealias Letters = [Character]
  private static let ellipsis: Character = "…"

  private let text: String
  private let inputs: [Letters]
  private let output: Letters?

  /// Reads `ij,jk->ik`; spaces do not count.
  init(_ text: String) {
    var sides: [[Letters]] = [[[]]]
    var rest = text.filter { $0 != " " }[...]
    while let next = rest.first {
      if rest.hasPrefix("->"), sides.count == 1 {
        sides.append([[]])
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix("...") {
        sides[sides.count - 1][sides[sides.count - 1].count - 1].append(EinsumEquation.ellipsis)
        rest = rest.dropFirst(3)
      } else if next == ",", sides.count == 1 {
        sides[0].append([])
        rest = rest.dropFirst()
      } else {
        precondition(
          next.isASCII && next.isLetter,
          "einsum: \"\(text)\" may have letters, commas, one -> and ellipses, but no \"\(next)\" there")
        sides[sides.count - 1][sides[sides.count - 1].count - 1].append(next)
        rest = rest.dropFirst()
      }
    }
    self.text = text
    inputs = sides[0]
    output = sides.count > 1 ? sides[1][0] : nil
    for letters in sides.joined() {
      precondition(
        letters.filter { $0 == EinsumEquation.ellipsis }.count <= 1,
        "einsum: \"\(text)\" has two ellipses for one tensor")
    }
  }

  /// One name for each axis of each operand, and for each axis of the result.
  func axes(of operands: [Tensor]) -> (inputs: [[Character]], output: [Character]) {
    precondition(
      inputs.count == operands.count, "einsum: \"\(text)\" is for \(inputs.count) tensors, not \(operands.count)")
    var widest = 0
    let named = zip(inputs, operands).map { letters, operand in
      let hasEllipsis = letters.contains(EinsumEquation.ellipsis)
      let hidden = operand.rank - letters.count + (hasEllipsis ? 1 : 0)
      precondition(
        hidden >= 0 && (hidden == 0 || hasEllipsis),
        "einsum: \"\(String(letters))\" of \"\(text)\" does not name the axes of the shape \(operand.shape)")
      widest = max(widest, hidden)
      return EinsumEquation.expanded(letters, hidden)
    }
    let present = Set(named.joined())
    guard let output else { return (named, EinsumEquation.implicitOutput(named, widest)) }
    let result = EinsumEquation.expanded(output, widest)
    for axis in result {
      precondition(
        present.contains(axis) && result.filter { $0 == axis }.count == 1,
        "einsum: the output of \"\(text)\" names \"\(axis)\" twice, or no operand has it")
    }
    return (named, result)
  }

  /// With `hidden` names in the place of the ellipsis, the same ones counted from the last.
  private static func expanded(_ letters: Letters, _ hidden: Int) -> [Character] {
    letters.flatMap { letter -> [Character] in
      guard letter == ellipsis else { return [letter] }
      // Names that no equation can have.
      return (0..<hidden).reversed().compactMap { Unicode.Scalar(0xE000 + $0).map(Character.init) }
    }
  }

  private static func implicitOutput(_ inputs: [[Character]], _ hidden: Int) -> [Character] {
    var counts: [Character: Int] = [:]
    for axis in inputs.joined() { counts[axis, default: 0] += 1 }
    return expanded([ellipsis], hidden) + counts.keys.filter { counts[$0] == 1 && $0.isASCII }.sorted()
  }
}
