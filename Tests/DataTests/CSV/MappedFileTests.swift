import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// A13 and the reading of files and pipes.
@Suite struct MappedFileTests {
  static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private func contents(_ path: String, writerTimeout: Double = 10) throws -> [UInt8] {
    try MappedFile(path: path, writerTimeout: writerTimeout).withUnsafeBytes { Array($0) }
  }

  /// Sizes around the page, where the padding needs a page of its own.
  @Test(arguments: [0, 1, 4095, 4096, 4097, 8192 - 64, 8192 - 63, 1 << 20])
  func mapsFiles(count: Int) throws {
    try CSVFixture.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("data file ü").path
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
      try MappedFileTests.write(bytes, to: path)
      let file = try MappedFile(path: path)
      #expect(file.byteCount == count)
      #expect(file.withUnsafeBytes { Array($0) } == bytes)
      let padding = UnsafeRawBufferPointer(start: file.base + count, count: MappedFile.paddingByteCount)
      #expect(padding.allSatisfy { $0 == 0 })
      file.releasePages(in: 0..<count)
      #expect(file.withUnsafeBytes { Array($0) } == bytes)
    }
  }

  @Test func refusesMissingFilesAndDirectories() throws {
    try CSVFixture.withTemporaryFolder { folder in
      let directory = #expect(throws: SurprisalError.self) { try MappedFile(path: folder.path) }
      #expect(directory?.category == .missingInput)
      let missing = #expect(throws: SurprisalError.self) { try MappedFile(path: folder.path + "/none") }
      #expect(missing?.category == .missingInput)
      #expect(missing?.location?.file == folder.path + "/none")
    }
  }

  @Test func refusesUnreadableFiles() throws {
    // The superuser may read every file.
    guard geteuid() != 0 else {
      print("skipped: run by the superuser")
      return
    }
    try CSVFixture.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("secret").path
      try MappedFileTests.write([49], to: path)
      chmod(path, 0)
      let error = #expect(throws: SurprisalError.self) { try MappedFile(path: path) }
      #expect(error?.category == .inputOutput)
    }
  }

  @Test func givesUpOnPipeWithoutWriter() throws {
    try CSVFixture.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("pipe").path
      #expect(mkfifo(path, 0o600) == 0)
      let start = ContinuousClock.now
      let error = #expect(throws: SurprisalError.self) { try MappedFile(path: path, writerTimeout: 0.3) }
      #expect(error?.category == .inputOutput)
      #expect(ContinuousClock.now - start < .seconds(30))
    }
  }

  @Test func readsPipe() throws {
    try CSVFixture.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("pipe").path
      #expect(mkfifo(path, 0o600) == 0)
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
      let writer = Thread {
        usleep(100_000)
        guard let handle = FileHandle(forWritingAtPath: path) else { return }
        handle.write(Data(bytes[..<150_000]))
        usleep(100_000)
        handle.write(Data(bytes[150_000...]))
        try? handle.close()
      }
      writer.start()
      let received = try contents(path)
      #expect(received == bytes)
    }
  }
}
