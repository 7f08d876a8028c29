import SurprisalData
import SurprisalTensors

/// Adds every tensor of a module to a file, its name behind a prefix.
struct StateWriter: FieldVisitor {
  var writer: SafetensorsWriter
  var prefix = ""
  var path = FieldPath()

  init(writer: SafetensorsWriter) { self.writer = writer }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) throws {
    try writer.add(prefix + path.name(name), tensor)
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) throws { try parameter(name, &tensor) }
}

/// Finds the first parameter with an element that is not finite, or buffer with one that is not a number: a mask may
/// have infinities.
struct NonFiniteTensor: FieldVisitor {
  var path = FieldPath()
  private(set) var found: (name: String, index: Int)?

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    if found == nil, let index = tensor.firstNonFiniteIndex { found = (path.name(name), index) }
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {
    guard found == nil, tensor.dtype.isFloatingPoint else { return }
    found = tensor.scalars(as: Double.self).firstIndex { $0.isNaN }.map { (path.name(name), $0) }
  }
}

extension Tensor {
  /// The place, in row-major order, of the first element that is infinite or NaN; nil if there is none.
  var firstNonFiniteIndex: Int? {
    guard dtype.isFloatingPoint else { return nil }
    return withUnsafeBytes { bytes in
      switch dtype {
      case .float32:
        bytes.bindMemory(to: UInt32.self).firstIndex { $0 & 0x7F80_0000 == 0x7F80_0000 }
      case .bfloat16:
        bytes.bindMemory(to: UInt16.self).firstIndex { $0 & 0x7F80 == 0x7F80 }
      default:
        bytes.bindMemory(to: UInt64.self).firstIndex { $0 & 0x7FF0_0000_0000_0000 == 0x7FF0_0000_0000_0000 }
      }
    }
  }
}
