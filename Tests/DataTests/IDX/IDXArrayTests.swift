import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// idx files: every type, raw or packed, and every fault by its counts (A18).
@Suite struct IDXArrayTests {
  static func bytes(type: UInt8 = 8, shape: [Int], _ data: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)]
      + shape.flatMap { size in stride(from: 24, through: 0, by: -8).map { UInt8(size >> $0 & 0xFF) } } + data
  }

  @Test(arguments: [
    (0x08 as UInt8, ElementType.uint8, [0, 255] as [UInt8], [0.0, 255]),
    (0x09, .int8, [0x7F, 0x80], [127, -128]),
    (0x0B, .int16, [0x01, 0x02, 0xFF, 0xFE], [258, -2]),
    (0x0C, .int32, [0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], [65536, -1]),
    (0x0D, .float32, [0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0], [1.5, -2]),
    (0x0E, .float64, [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0], [1.5, -2]),
  ])
  func readsEveryType(_ code: UInt8, _ type: ElementType, _ data: [UInt8], _ expected: [Double]) throws {
    let array = try IDXArray(bytes: IDXArrayTests.bytes(type: code, shape: [2], data), name: "a")
    #expect(array.type == type && array.shape == [2] && array.doubles() == expected)
    #expect(array.integers() == (code < 0x0D ? expected.map { Int($0) } : nil))
  }

  @Test func readsEmptyArrays() throws {
    #expect(try IDXArray(bytes: IDXArrayTests.bytes(shape: [0, 28, 28], []), name: "a").doubles().isEmpty)
  }

  @Test(
    arguments: [
      ([], "an idx file begins with 4 bytes, this one has 0"),
      ([0, 0, 8], "an idx file begins with 4 bytes, this one has 3"),
      (
        [0, 1, 8, 1, 0, 0, 0, 0],
        "the first bytes 0x00010801 are not those of an idx file (0x0000, type 08 … 0e, dimensions)"
      ),
      (
        [0, 0, 7, 1, 0, 0, 0, 0],
        "the first bytes 0x00000701 are not those of an idx file (0x0000, type 08 … 0e, dimensions)"
      ),
      (
        [0, 0, 8, 0, 1], "the first bytes 0x00000800 are not those of an idx file (0x0000, type 08 … 0e, dimensions)"
      ),
      ([0, 0, 8, 3, 0, 0, 0, 1], "3 dimensions take a header of 16 bytes, the file has 8"),
      (bytes(shape: [2, 2], [1, 2, 3]), "the shape [2, 2] of uint8 takes 4 bytes, the file has 3 behind its header"),
      (
        bytes(shape: [2, 2], [1, 2, 3, 4, 5]),
        "the shape [2, 2] of uint8 takes 4 bytes, the file has 5 behind its header"
      ),
      (
        [0, 0, 0x0E, 3] + [UInt8](repeating: 0xFF, count: 12),
        "the shape [4294967295, 4294967295, 4294967295] is too large"
      ),
      (
        [0, 0, 0x0E, 3, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8),
        "the shape [0, 4294967295, 4294967295] is too large"
      ),
    ] as [([UInt8], String)])
  func namesWhatIsWrong(_ bytes: [UInt8], _ message: String) throws {
    let error = try #require(throws: SurprisalError.self) { try IDXArray(bytes: bytes, name: "x.idx") }
    #expect(error.category == .data && error.message == message && error.location?.file == "x.idx")
  }

  #if SystemLibraries
    /// `raw`, at most 65,535 bytes, as `gzip -n` would store them without compression.
    static func packed(_ raw: [UInt8]) -> [UInt8] {
      let crc = raw.withUnsafeBytes { CRC32.checksum(of: $0) }
      let length = UInt16(truncatingIfNeeded: raw.count)
      let sizes = [length, ~length].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
      let sums = [crc, UInt32(raw.count)].flatMap { (value: UInt32) in
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
      }
      let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1]
      return head + sizes + raw + sums
    }

    /// Packed contents are found by their first bytes; a cut-off stream and one with a wrong sum are refused.
    @Test func readsPackedFiles() throws {
      let packed = IDXArrayTests.packed(IDXArrayTests.bytes(shape: [3], [7, 8, 9]))
      #expect(try IDXArray(bytes: packed, name: "a.gz").doubles() == [7, 8, 9])
      for count in 2..<packed.count {
        let error = try #require(throws: SurprisalError.self) {
          try IDXArray(bytes: Array(packed.prefix(count)), name: "a.gz")
        }
        #expect(error.category == .data && error.message.contains("damaged or cut off"))
      }
      var wrong = packed
      wrong[packed.count - 8] ^= 1
      #expect(throws: SurprisalError.self) { try IDXArray(bytes: wrong, name: "a.gz") }
    }
  #endif

  @Test func readsMNIST() throws {
    guard let data = CSVFixture.sharedData else {
      print("skipped: ../shared/data is absent")
      return
    }
    #if SystemLibraries
      let labels = try IDXArray(path: data.appendingPathComponent("mnist/t10k-labels-idx1-ubyte.gz").path)
      #expect(labels.shape == [10_000] && labels.integers()?.prefix(5) == [7, 2, 1, 0, 4])
    #endif
  }
}
