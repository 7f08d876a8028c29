import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// Changed idx files, raw and packed: an array of the size that the header says, or a data error (A18).
///
/// With SURPRISAL_LONG=1 ten times as many.
@Suite struct IDXFuzzTests {
  /// Every type, with one to three dimensions, and empty.
  private static let sound: [[UInt8]] = {
    let types: [(code: UInt8, size: Int)] = [(0x08, 1), (0x09, 1), (0x0B, 2), (0x0C, 4), (0x0D, 4), (0x0E, 8)]
    return types.flatMap { type in
      [[6], [2, 3], [2, 1, 4], [0, 3]].map { (shape: [Int]) -> [UInt8] in
        let data = (0..<shape.reduce(type.size, *)).map { UInt8(truncatingIfNeeded: 37 * $0 + 11) }
        return IDXArrayTests.bytes(type: type.code, shape: shape, data)
      }
    }
  }()

  private static var files: [[UInt8]] {
    #if SystemLibraries
      return sound + sound.map(IDXArrayTests.packed)
    #else
      return sound
    #endif
  }

  @Test func changedFilesAreReadWholeOrRefused() throws {
    let isLong = ProcessInfo.processInfo.environment["SURPRISAL_LONG"] == "1"
    let files = IDXFuzzTests.files
    let count = isLong ? 80_000 : 8_000
    var generator = RandomGenerator(seed: 18)
    var accepted = 0
    for _ in 0..<count {
      let bytes = IDXFuzzTests.changed(files[generator.nextInteger(below: files.count)], using: &generator)
      do {
        let array = try IDXArray(bytes: bytes, name: "a")
        accepted += 1
        // What was read fills the shape, and no file holds more than deflate's greatest ratio allows.
        let size = array.shape.contains(0) ? 0 : array.shape.reduce(array.type.byteCount, *)
        #expect(array.withUnsafeBytes { $0.count } == size && size <= 1032 * bytes.count, "\(bytes)")
        #expect(array.doubles().count == size / array.type.byteCount, "\(bytes)")
        let (least, greatest, notFiniteCount) = array.range()
        #expect((least == nil) == (notFiniteCount == size / array.type.byteCount), "\(bytes)")
        #expect((least ?? 0) <= (greatest ?? 0), "\(bytes)")
      } catch let error as SurprisalError {
        #expect(error.category == .data && error.location?.file == "a", "\(bytes)")
        #expect(!error.description.contains("\n"), "\(bytes)")
      }
    }
    // Both must occur for the test to mean anything.
    #expect(accepted > count / 50 && accepted < count / 5 * 4, "\(accepted)")
  }

  /// Bits, bytes and stretches, or a byte of the header, which sits at the start of a raw file.
  private static func changed(_ bytes: [UInt8], using generator: inout RandomGenerator) -> [UInt8] {
    guard generator.nextInteger(below: 2) == 0 else { return mutated(bytes, using: &generator) }
    var bytes = bytes
    let byte = [0, 1, 2, 3, 6, 8, 0x0B, 0x0E, 0x7F, 0xFF][generator.nextInteger(below: 10)]
    bytes[generator.nextInteger(below: min(bytes.count, 16))] = UInt8(byte)
    return bytes
  }

  @Test func theRangeIsThatOfTheFiniteNumbers() throws {
    let bytes = try IDXArray(bytes: IDXArrayTests.bytes(shape: [2, 2], [9, 3, 200, 4]), name: "a").range()
    #expect(bytes.least == 3 && bytes.greatest == 200 && bytes.notFiniteCount == 0)
    // 1.5, not a number, −2, infinity.
    let floats: [UInt8] = [0x3F, 0xC0, 0, 0, 0x7F, 0xC0, 0, 0, 0xC0, 0, 0, 0, 0x7F, 0x80, 0, 0]
    let mixed = try IDXArray(bytes: IDXArrayTests.bytes(type: 0x0D, shape: [4], floats), name: "a").range()
    #expect(mixed.least == -2 && mixed.greatest == 1.5 && mixed.notFiniteCount == 2)
    let none = try IDXArray(bytes: IDXArrayTests.bytes(shape: [0], []), name: "a").range()
    #expect(none.least == nil && none.greatest == nil && none.notFiniteCount == 0)
    // More than one piece of 65,536 numbers.
    let many = (0..<200_000).map { UInt8($0 == 150_000 ? 250 : 7) }
    let long = try IDXArray(bytes: IDXArrayTests.bytes(shape: [200_000], many), name: "a").range()
    #expect(long.least == 7 && long.greatest == 250 && long.notFiniteCount == 0)
  }

  #if SystemLibraries
    /// The trailer of a gzip stream may say any size.
    @Test func aPackedFileMayLieOfItsSize() throws {
      var packed = IDXArrayTests.packed(IDXArrayTests.bytes(shape: [3], [7, 8, 9]))
      let file = packed.withUnsafeBytes { MappedFile(name: "a", copying: $0) }
      #expect(file.unpackedPrefix(4) == [0, 0, 8, 1] && file.unpackedPrefix(100).count == 11)
      packed.replaceSubrange(packed.count - 4..<packed.count, with: [0xFF, 0xFF, 0xFF, 0xFF])
      let error = try #require(throws: SurprisalError.self) { try IDXArray(bytes: packed, name: "a") }
      #expect(error.category == .data && error.message.contains("damaged or cut off"))
    }
  #endif
}
