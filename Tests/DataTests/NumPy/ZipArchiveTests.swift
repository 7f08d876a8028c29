import Foundation
import SurprisalCore
import SurprisalData
import Testing

@Suite struct ZipArchiveTests {
  static let table = npyFile(
    "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }",
    data: [1.0, 2, 3, 4, 5, 6].flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })

  static func read(_ bytes: [UInt8], member: String? = nil) throws -> NumPyArray {
    let path = temporaryPath("a.npz")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(filePath: path))
    return try NumPyArray(path: path + (member.map { ":" + $0 } ?? ""))
  }

  static func refuses(_ bytes: [UInt8], member: String? = nil, _ part: String) {
    let error = #expect(throws: SurprisalError.self) { try read(bytes, member: member) }
    #expect(error?.category == .data)
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  @Test func choosesAMember() throws {
    let path = NumPyReference.path("two-tables.npz")
    #expect(try NumPyArray.memberNames(ofArchive: path) == ["train", "test"])
    let error = #expect(throws: SurprisalError.self) { try NumPyArray(path: path) }
    #expect(error?.description.contains("train, test") == true)
    #expect(error?.remedy?.contains("two-tables.npz:train") == true)
    #expect(try NumPyArray(path: path + ":test").shape == [2, 6])
    #expect(try NumPyArray(path: path + ":test.npy").shape == [2, 6])
    let unknown = #expect(throws: SurprisalError.self) { try NumPyArray(path: path + ":tset") }
    #expect(unknown?.remedy?.contains("train, test") == true)
    let stored = try NumPyArray(path: NumPyReference.path("stored.npz"))
    #expect(stored.shape == [100, 6])
    #expect(stored.name.hasSuffix("stored.npz:x"))
    #if SystemLibraries
      #expect(try NumPyArray(path: NumPyReference.path("deflated.npz")).doubles() == stored.doubles())
    #endif
  }

  @Test func soundVariants() throws {
    for usesZip64 in [false, true] {
      for zip64Directory in [false, true] {
        var zip = ZipBuilder()
        zip.add("notes.txt", Array("hello".utf8))
        zip.add("x.npy", ZipArchiveTests.table, usesZip64: usesZip64)
        let bytes = zip.finished(zip64Directory: zip64Directory)
        #expect(try ZipArchiveTests.read(bytes).doubles() == [1, 2, 3, 4, 5, 6])
        var commented = bytes
        commented[bytes.count - 2] = 3
        #expect(try ZipArchiveTests.read(commented + [1, 2, 3]).shape == [3, 2])
      }
    }
  }

  // A17
  @Test func hostileArchives() throws {
    let table = ZipArchiveTests.table
    func zip(_ build: (inout ZipBuilder) -> Void) -> [UInt8] {
      var builder = ZipBuilder()
      build(&builder)
      return builder.finished()
    }
    ZipArchiveTests.refuses(
      zip {
        $0.add("x.npy", table)
        $0.add("x.npy", table)
      }, "twice")
    for name in ["../../a.npy", "/a.npy", "a/../../b.npy", "..\\a.npy", "a\0.npy", "..", ""] {
      ZipArchiveTests.refuses(zip { $0.add(name, table) }, "leads out")
    }
    ZipArchiveTests.refuses(zip { $0.add("x.npy", table, checksum: 1) }, "CRC")
    ZipArchiveTests.refuses(zip { $0.add("x.npy", table, flags: 1) }, "encrypted")
    ZipArchiveTests.refuses(zip { $0.add("x.npy", table, method: 12) }, "method 12")
    ZipArchiveTests.refuses(zip { $0.add("x.npy", table, unpacked: 5) }, "two sizes")
    ZipArchiveTests.refuses(zip { $0.add("x.npy", table, localName: "y.npy") }, "does not lie")
    ZipArchiveTests.refuses(zip { $0.add("x.txt", table) }, "no .npy array")
    ZipArchiveTests.refuses(zip { _ in }, "no .npy array")
    let sound = zip { $0.add("x.npy", table) }
    for count in 22..<sound.count {
      ZipArchiveTests.refuses(Array(sound.prefix(count)), count < 4 ? "NUMPY" : "directory")
    }
    // One gigabyte declared for one packed megabyte is over the limit of a hundred to one.
    let bomb = zip {
      $0.add("x.npy", [UInt8](repeating: 0, count: 1 << 20), method: 8, unpacked: 1 << 30)
    }
    ZipArchiveTests.refuses(bomb, "the limit is 104857600")
    var huge = ZipBuilder()
    huge.add("x.npy", table, unpacked: Int.max, usesZip64: true)
    ZipArchiveTests.refuses(huge.finished(), "two sizes")
    // Two entries that share their bytes.
    var shared = ZipBuilder()
    shared.add("x.npy", table)
    shared.add("y.npy", table)
    var bytes = shared.finished()
    let second = try #require(bytes.indices.last { Array(bytes[$0...].prefix(4)) == [0x50, 0x4B, 1, 2] })
    let first = try #require(bytes.indices.first { Array(bytes[$0...].prefix(4)) == [0x50, 0x4B, 1, 2] })
    bytes[second + 46] = bytes[first + 46]
    bytes.replaceSubrange(second + 42..<second + 46, with: bytes[first + 42..<first + 46])
    ZipArchiveTests.refuses(bytes, "twice")
  }

  #if SystemLibraries
    @Test func deflateThatLies() throws {
      let sound = try NumPyReference.bytes("deflated-one.npz")
      #expect(try ZipArchiveTests.read(sound).shape == [100])
      let entry = try #require(sound.indices.last { Array(sound[$0...].prefix(4)) == [0x50, 0x4B, 1, 2] })
      for (size, part) in [
        (100, "more than the 100 bytes"), (0, "more than the 0"), (60_000, "declared are"),
      ] {
        var bytes = sound
        bytes.replaceSubrange(
          entry + 24..<entry + 28, with: withUnsafeBytes(of: UInt32(size).littleEndian, Array.init))
        ZipArchiveTests.refuses(bytes, part)
      }
      // Every flipped bit of the packed bytes is refused or leaves the unpacked bytes as they were.
      let whole = try ZipArchiveTests.read(sound).doubles()
      for place in 50..<entry {
        var bytes = sound
        bytes[place] ^= 1 << UInt8(place % 8)
        if let array = try? ZipArchiveTests.read(bytes) { #expect(array.doubles() == whole) }
      }
    }
  #endif

  // Real files of another writer: the three sets of binarized MNIST.
  static let images = URL(filePath: #filePath).appending(
    path: "../../../../../shared/data/binarized-mnist/binarized_mnist_test_u8.npz"
  ).standardizedFileURL.path

  #if SystemLibraries
    @Test(
      "binarized MNIST (shared data: binarized-mnist)",
      .enabled(if: FileManager.default.fileExists(atPath: images)))
    func binarizedMNIST() throws {
      let images = try NumPyArray(path: ZipArchiveTests.images)
      #expect(images.shape == [10_000, 28, 28])
      #expect(images.doubles().reduce(0, +) == 1_038_896)
    }
  #endif
}
