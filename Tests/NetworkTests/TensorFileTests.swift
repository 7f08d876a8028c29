import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Tensors in safetensors files: what was written comes back, and no file stops the program.
struct TensorFileTests {
  @Test(arguments: DType.allCases)
  func everyTypeComesBackFromAnyLayout(_ dtype: DType) throws {
    let x = Tensor([0.0, 1, 1, 0, 1, 0], shape: [2, 3], dtype: dtype)
    let tensors = [
      "plain": x, "transposed": x.transposed(), "reversed": x.flipped(alongAxes: [1]), "row": x[1],
      "number": x[1, 0], "empty": x[0..<0],
    ]
    var writer = SafetensorsWriter(
      kind: "test", configuration: .object([]), units: "none", kernelVariant: "any")
    for (name, tensor) in tensors { try writer.add(name, tensor) }
    let file = try SafetensorsFile(bytes: writer.bytes(), name: "test")
    for (name, tensor) in tensors {
      let found = try Tensor(name, of: file)
      #expect(found.dtype == dtype && found.shape == tensor.shape, "\(name)")
      #expect(found.scalars(as: Double.self) == tensor.scalars(as: Double.self), "\(name)")
    }
  }

  /// Types that tensors do not have.
  @Test(arguments: [
    // 1.5, −2 and 65,504, the largest, in binary16.
    ("F16", [0x00, 0x3E, 0x00, 0xC0, 0xFF, 0x7B] as [UInt8], DType.float32, [1.5, -2, 65504]),
    ("I8", [0x01, 0x80, 0x7F], .int32, [1, -128, 127]),
    ("I16", [0x00, 0x80, 0xFF, 0x7F, 0xFF, 0xFF], .int32, [-32768, 32767, -1]),
    ("U16", [0x00, 0x80, 0xFF, 0x7F, 0xFF, 0xFF], .int32, [32768, 32767, 65535]),
    ("U32", [0, 0, 0, 0x80, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], .int64, [2_147_483_648, 1, 4_294_967_295]),
    ("U64", [1] + [UInt8](repeating: 0, count: 23), .int64, [1, 0, 0]),
  ])
  func otherTypesBecomeTheNearestThatHoldsThem(
    _ name: String, _ bytes: [UInt8], _ dtype: DType, _ expected: [Double]
  ) throws {
    let file = try SafetensorsFile(bytes: crafted(name, [3], bytes), name: "test")
    let found = try Tensor("a", of: file)
    #expect(found.dtype == dtype && found.shape == [3])
    #expect(found.scalars(as: Double.self) == expected)
  }

  /// A file may have 64 axes, a tensor 12.
  @Test(arguments: ["F32", "F16", "I8", "U32"])
  func moreAxesThanATensorHasAreADataError(_ type: String) throws {
    let bytes = [UInt8](repeating: 0, count: ["F32": 4, "F16": 2, "I8": 1, "U32": 4][type] ?? 0)
    func read(_ rank: Int) throws -> Tensor {
      try Tensor("a", of: SafetensorsFile(bytes: crafted(type, [Int](repeating: 1, count: rank), bytes), name: "deep"))
    }
    #expect(try read(12).rank == 12)
    for rank in [13, 64] {
      let error = try #require(throws: SurprisalError.self) { try read(rank) }
      #expect(error.category == .data)
      #expect(
        error.description
          == "deep: tensor 'a' has \(rank) axes, more than 12 (write it with neighboring axes joined)")
    }
  }

  /// Products of extents beyond 2⁶³ are refused also where another extent is 0; up to there an empty tensor is one.
  @Test(arguments: [
    [1 << 32, 1 << 32], [1 << 62, 4, 0], [0, 1 << 62, 4], [.max, .max], [.max, 2, 0],
  ])
  func moreElementsThanCanBeCountedAreADataError(_ shape: [Int]) throws {
    for type in ["I8", "F32"] {
      let error = try #require(throws: SurprisalError.self) {
        try Tensor("a", of: SafetensorsFile(bytes: crafted(type, shape, []), name: "huge"))
      }
      #expect(error.category == .data && error.description.contains("needs more bytes than can be counted"))
    }
  }

  @Test(arguments: ["I8", "U8", "F16", "F64"])
  func anEmptyTensorOfLargeExtentsIsRead(_ type: String) throws {
    for shape in [[1 << 59, 0], [0, 1 << 59], [1 << 29, 0, 1 << 30]] {
      let found = try Tensor("a", of: SafetensorsFile(bytes: crafted(type, shape, []), name: "empty"))
      #expect(found.shape == shape && found.scalars(as: Double.self).isEmpty)
    }
  }

  @Test func numbersBeyondInt64AreADataError() throws {
    let bytes = [UInt8](repeating: 0xFF, count: 8)
    let file = try SafetensorsFile(bytes: crafted("U64", [1], bytes), name: "unsigned")
    let error = try #require(throws: SurprisalError.self) { try Tensor("a", of: file) }
    #expect(error.category == .data)
    #expect(throws: SurprisalError.self) { try Tensor("b", of: file) }
  }
}

/// A safetensors file of one tensor `a`, as another program may write it.
private func crafted(_ type: String, _ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
  let header = "{\"a\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[0,\(bytes.count)]}}"
  return withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8) + bytes
}
