import SurprisalCore

/// The type of the numbers in a file.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  /// IEEE 754 binary64.
  case float64
  /// IEEE 754 binary32.
  case float32
  /// IEEE 754 binary16.
  case float16
  /// The upper half of a binary32.
  case bfloat16
  /// A signed integer of 8 bits.
  case int8
  /// A signed integer of 16 bits.
  case int16
  /// A signed integer of 32 bits.
  case int32
  /// A signed integer of 64 bits.
  case int64
  /// An unsigned integer of 8 bits.
  case uint8
  /// An unsigned integer of 16 bits.
  case uint16
  /// An unsigned integer of 32 bits.
  case uint32
  /// An unsigned integer of 64 bits.
  case uint64
  /// One byte, 0 or 1.
  case bool

  /// The bytes one number takes.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: return 8
    case .float32, .int32, .uint32: return 4
    case .float16, .bfloat16, .int16, .uint16: return 2
    case .int8, .uint8, .bool: return 1
    }
  }
}

extension ElementType {
  /// The number of elements of `shape` and the bytes they take; nil if a product overflows, even beside a
  /// zero, or a dimension is negative.
  package func extent(ofShape shape: [Int]) -> (count: Int, byteCount: Int)? {
    var bytes = byteCount
    for dimension in shape where dimension != 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      if overflow || dimension < 0 { return nil }
      bytes = product
    }
    return shape.contains(0) ? (0, 0) : (bytes / byteCount, bytes)
  }

  /// The first place of a byte other than 0 and 1 in elements of type `bool`; nil for other types.
  package func firstInvalidElement(in bytes: UnsafeRawBufferPointer) -> Int? {
    self == .bool ? bytes.firstIndex { $0 > 1 } : nil
  }

  /// The elements that fill `bytes` as float64; 64-bit integers are rounded to the nearest.
  package func doubles(from bytes: UnsafeRawBufferPointer, isBigEndian: Bool = false) -> [Double] {
    switch self {
    case .float64: return elements(of: bytes, isBigEndian) { Double(bitPattern: $0) }
    case .float32: return elements(of: bytes, isBigEndian) { Double(Float(bitPattern: $0)) }
    case .float16: return elements(of: bytes, isBigEndian, ElementType.widened(half:))
    case .bfloat16:
      return elements(of: bytes, isBigEndian) { (bits: UInt16) in
        Double(Float(bitPattern: UInt32(bits) << 16))
      }
    case .int8: return elements(of: bytes, isBigEndian) { (value: Int8) in Double(value) }
    case .int16: return elements(of: bytes, isBigEndian) { (value: Int16) in Double(value) }
    case .int32: return elements(of: bytes, isBigEndian) { (value: Int32) in Double(value) }
    case .int64: return elements(of: bytes, isBigEndian) { (value: Int64) in Double(value) }
    case .uint8, .bool: return elements(of: bytes, isBigEndian) { (value: UInt8) in Double(value) }
    case .uint16: return elements(of: bytes, isBigEndian) { (value: UInt16) in Double(value) }
    case .uint32: return elements(of: bytes, isBigEndian) { (value: UInt32) in Double(value) }
    case .uint64: return elements(of: bytes, isBigEndian) { (value: UInt64) in Double(value) }
    }
  }

  /// The elements that fill `bytes` as integers; nil if this is no integer type or one does not fit.
  package func integers(from bytes: UnsafeRawBufferPointer, isBigEndian: Bool = false) -> [Int]? {
    switch self {
    case .float64, .float32, .float16, .bfloat16: return nil
    case .int8: return elements(of: bytes, isBigEndian) { (value: Int8) in Int(value) }
    case .int16: return elements(of: bytes, isBigEndian) { (value: Int16) in Int(value) }
    case .int32: return elements(of: bytes, isBigEndian) { (value: Int32) in Int(value) }
    case .int64: return elements(of: bytes, isBigEndian) { (value: Int64) in Int(value) }
    case .uint8, .bool: return elements(of: bytes, isBigEndian) { (value: UInt8) in Int(value) }
    case .uint16: return elements(of: bytes, isBigEndian) { (value: UInt16) in Int(value) }
    case .uint32: return elements(of: bytes, isBigEndian) { (value: UInt32) in Int(value) }
    case .uint64:
      let values = elements(of: bytes, isBigEndian) { (value: UInt64) in value }
      return values.contains { $0 > UInt64(Int.max) } ? nil : values.map { Int($0) }
    }
  }

  /// Every integer of type `Bits` in `bytes`, at any alignment, given to `convert`.
  @inline(__always)
  private func elements<Bits: FixedWidthInteger, Element>(
    of bytes: UnsafeRawBufferPointer, _ isBigEndian: Bool, _ convert: (Bits) -> Element
  ) -> [Element] {
    let stride = MemoryLayout<Bits>.size
    let count = bytes.count / stride
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: index * stride, as: Bits.self)
        buffer.initializeElement(at: index, to: convert(isBigEndian ? bits.byteSwapped : bits))
      }
      initialized = count
    }
  }

  /// The value of an IEEE 754 binary16, exact. (`Float16` is missing on some platforms.)
  package static func widened(half bits: UInt16) -> Double {
    let exponent = Int(bits >> 10) & 31
    let fraction = Double(bits & 1023)
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction * 0x1p-10) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
