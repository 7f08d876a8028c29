import SurprisalCore
import SurprisalData
import SurprisalTensors

extension DType {
  /// The type of the same elements in files.
  var elementType: ElementType {
    switch self {
    case .bool: .bool
    case .uint8: .uint8
    case .int32: .int32
    case .int64: .int64
    case .bfloat16: .bfloat16
    case .float32: .float32
    case .float64: .float64
    }
  }

  /// The tensor type for elements of a file; nil for a type that tensors do not have.
  init?(_ elementType: ElementType) {
    guard let dtype = DType.allCases.first(where: { $0.elementType == elementType }) else { return nil }
    self = dtype
  }
}

extension SafetensorsWriter {
  /// Adds the elements of a tensor, of any type and any layout, in row-major order.
  ///
  /// - Throws: a usage error if the name is taken or not one.
  public mutating func add(_ name: String, _ tensor: Tensor) throws {
    let bytes = tensor.withUnsafeBytes { Array($0) }
    try add(name, bytes: bytes, type: tensor.dtype.elementType, shape: tensor.shape)
  }
}

extension Tensor {
  /// The tensor `name` of a safetensors file; types that tensors do not have become the nearest that holds them
  /// (float16 becomes float32; int8, int16 and uint16 become int32; uint32 becomes int64).
  ///
  /// - Throws: a data error if it is not there, has more axes than tensors may (12), or holds uint64 numbers that
  ///   int64 cannot.
  public init(_ name: String, of file: SafetensorsFile) throws {
    let entry = try file.tensor(named: name)
    guard entry.shape.count <= Tensor.maximumRank else {
      throw SurprisalError(
        .data, "tensor '\(name)' has \(entry.shape.count) axes, more than \(Tensor.maximumRank)",
        remedy: "write it with neighboring axes joined", at: .init(file: file.name))
    }
    if let dtype = DType(entry.type) {
      self = file.withUnsafeBytes(of: entry) { Tensor(bytes: $0, shape: entry.shape, dtype: dtype) }
      return
    }
    switch entry.type {
    case .float16:
      self.init(try file.doubles(named: name), shape: entry.shape, dtype: .float32)
    case .int8, .int16, .uint16:
      self.init(try file.integers(named: name), shape: entry.shape, dtype: .int32)
    default:
      self.init(try file.integers(named: name), shape: entry.shape)
    }
  }
}
