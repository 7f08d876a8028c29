extension Tensor: CustomStringConvertible {
  /// Type, shape and elements; of an axis of more than six elements in a tensor of more than a thousand, the first
  /// three and the last three.
  ///
  ///     float32 [2, 3]
  ///     [[1.0, 2.5, -3.0],
  ///      [0.0, 1e+20, nan]]
  public var description: String {
    let heading = "\(dtype.rawValue) \(shape)"
    if count == 0 { return heading }
    let values = withoutDerivative()
    var text = ""
    values.write(to: &text, indent: 0, abbreviating: count > 1000)
    return heading + (rank == 0 ? " " : "\n") + text
  }

  private func write(to text: inout String, indent: Int, abbreviating: Bool) {
    guard let extent = shape.first else {
      text += elementText
      return
    }
    text += "["
    let separator = rank == 1 ? ", " : "," + String(repeating: "\n", count: rank - 1)
    let padding = rank == 1 ? "" : String(repeating: " ", count: indent + 1)
    var index = 0
    while index < extent {
      if index > 0 { text += separator + padding }
      if abbreviating, extent > 6, index == 3 {
        text += "…"
        index = extent - 3
        continue
      }
      self[index].write(to: &text, indent: indent + 1, abbreviating: abbreviating)
      index += 1
    }
    text += "]"
  }

  /// The one element, with the fewest digits that name it in its own type.
  private var elementText: String {
    switch dtype {
    case .bool: "\(item != 0)"
    case .uint8, .int32, .int64: "\(scalars(as: Int64.self)[0])"
    case .bfloat16, .float32, .float64:
      // The sign of NaN says nothing.
      item.isNaN ? "nan" : dtype == .float64 ? "\(item)" : "\(Float(item))"
    }
  }
}
