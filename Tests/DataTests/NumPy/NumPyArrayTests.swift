import Foundation
import SurprisalCore
import SurprisalData
import Testing

@Suite struct NumPyArrayTests {
  /// The files that no build can read without zlib.
  static func needsZlib(_ name: String) -> Bool { name.hasPrefix("deflated") }

  @Test func everyReferenceIsThere() {
    #expect(NumPyReference.names.count == 55)
  }

  // A16: every type, byte order, memory order and rank, and .npz members, against numpy's own values.
  @Test(arguments: NumPyReference.names) func equalsNumPy(_ name: String) throws {
    let expected = try #require(NumPyReference.entries[name])
    #if !SystemLibraries
      if NumPyArrayTests.needsZlib(name) {
        let error = #expect(throws: SurprisalError.self) {
          try NumPyArray(path: NumPyReference.path(name))
        }
        #expect(error?.remedy?.contains("SystemLibraries") == true)
        return
      }
    #endif
    let array = try NumPyArray(path: NumPyReference.path(name))
    #expect(array.shape == expected.shape)
    #expect(comparableBits(array.doubles()) == comparableBits(expected.values))
    let hasNoInteger = expected.integers?.contains { Int($0) == nil } ?? true
    #expect(array.integers()?.map(String.init) == (hasNoInteger ? nil : expected.integers))
    guard expected.shape.count == 1 || expected.shape.count == 2,
      expected.shape.last != 0 || expected.shape == [0]
    else {
      let error = #expect(throws: SurprisalError.self) { try array.rows() }
      #expect(error?.category == .data)
      return
    }
    let rows = try array.rows()
    #expect(rows.rowCount == expected.shape[0])
    #expect(rows.columnCount == (expected.shape.count == 1 ? 1 : expected.shape[1]))
    let values = rows.withUnsafeValues { Array(UnsafeBufferPointer(start: $0, count: expected.values.count)) }
    #expect(comparableBits(values) == comparableBits(expected.values))
  }

  @Test func float64IsReadInPlace() throws {
    let rows = try RowMatrix((0..<200_000).map { Double($0) / 7 }, columnCount: 4)
    let path = temporaryPath("plain.npy")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try NumPyArray.write(rows, to: path)
    let array = try NumPyArray(path: path)
    let read = try array.rows()
    #expect(array.shape == [50_000, 4])
    #expect(read[49_999, 3] == rows[49_999, 3])
    let isSameMemory = array.withUnsafeBytes { bytes in
      read.withUnsafeValues { UnsafeRawPointer($0) == bytes.baseAddress }
    }
    #expect(isSameMemory)
    let again = try NumPyArray(path: path).rows()
    #expect(again.withUnsafeValues { again in rows.withUnsafeValues { memcmp(again, $0, 1_600_000) } } == 0)
  }

  @Test func writesTheBytesThatNumPyWrites() throws {
    let values = (0..<12).map { Double($0) / 3 }
    let path = temporaryPath("written.npy")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try NumPyArray.write(try RowMatrix(values, columnCount: 4), to: path)
    let own = try Data(contentsOf: URL(filePath: path))
    let reference = try NumPyReference.bytes("f8-little.npy")
    #expect(own.count == reference.count)
    #expect([UInt8](own.prefix(128)) == Array(reference.prefix(128)))
  }

  @Test func oneHeaderInManySpellings() throws {
    let data = [UInt8](repeating: 0, count: 16)
    for header in [
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
      "{\"shape\":(2,),\"descr\":\"<f8\",\"fortran_order\":False,}",
      " { 'descr' :'=f8','fortran_order': True ,\n'shape': ( 2L , ), } \n  ",
      "{'descr': 'f8', 'fortran_order': False, 'shape': (2, 1)}",
    ] {
      #expect(try NumPyArray(bytes: npyFile(header, data: data), name: "a.npy").rows().rowCount == 2)
    }
  }
}
