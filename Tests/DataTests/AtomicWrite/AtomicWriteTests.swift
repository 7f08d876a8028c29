import Foundation
import SurprisalCore
import SurprisalData
import Testing

@Suite struct AtomicWriteTests {
  /// Calls `body` with a new folder, removed afterwards.
  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = temporaryPath("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  static func contents(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func createsAndReplaces() throws {
    try AtomicWriteTests.withFolder { folder in
      let path = folder + "/a b\nµ.txt"
      try AtomicWrite.write("one", to: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "one")
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      try AtomicWrite.write("two, longer", to: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "two, longer")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o640)
      try AtomicWrite.write([UInt8](), to: path)
      #expect(try Data(contentsOf: URL(filePath: path)).isEmpty)
      #expect(try AtomicWriteTests.contents(folder) == ["a b\nµ.txt"])
    }
  }

  @Test func followsALink() throws {
    try AtomicWriteTests.withFolder { folder in
      try AtomicWrite.write("old", to: folder + "/target")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: "target")
      try AtomicWrite.write("new", to: folder + "/link")
      #expect(try String(contentsOfFile: folder + "/target", encoding: .utf8) == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "target")
    }
  }

  @Test func removesTemporariesOfTheDead() throws {
    try AtomicWriteTests.withFolder { folder in
      let path = folder + "/model"
      for name in ["model.tmp.4194999", "model.tmp.\(getpid())", "model.tmp.1.3"] {
        try Data("half".utf8).write(to: URL(filePath: folder + "/" + name))
      }
      let kept = ["model.tmp.", "model.tmp.x", "model.tmp.12x", "other.tmp.4194999"]
      for name in kept { try Data().write(to: URL(filePath: folder + "/" + name)) }
      // One that a living writer holds.
      let held = open(path + ".tmp.4194998", O_WRONLY | O_CREAT, 0o600)
      defer { close(held) }
      #expect(flock(held, LOCK_EX) == 0)
      try AtomicWrite.write("whole", to: path)
      #expect(try AtomicWriteTests.contents(folder) == (kept + ["model", "model.tmp.4194998"]).sorted())
    }
  }

  @Test func writersAtOnceLeaveOneWholeFile() async throws {
    let folder = temporaryPath("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/model"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for _ in 0..<20 {
            try AtomicWrite.write([UInt8](repeating: UInt8(writer), count: 10_000 + writer), to: path)
            let read = [UInt8](try Data(contentsOf: URL(filePath: path)))
            let first = try #require(read.first)
            #expect(read == [UInt8](repeating: first, count: 10_000 + Int(first)))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try AtomicWriteTests.contents(folder) == ["model"])
  }

  @Test func failuresLeaveTheOldFile() throws {
    try AtomicWriteTests.withFolder { folder in
      func fails(_ path: String, _ category: SurprisalError.Category) {
        let error = #expect(throws: SurprisalError.self) { try AtomicWrite.write("text", to: path) }
        #expect(error?.category == category, "\(path): \(String(describing: error))")
        #expect(error?.remedy != nil && error?.location?.file == path)
      }
      try AtomicWrite.write("old", to: folder + "/file")
      fails(folder + "/none/file", .cannotCreate)
      fails(folder + "/file/below", .cannotCreate)
      fails(folder, .cannotCreate)
      fails(folder + "/" + String(repeating: "n", count: 300), .cannotCreate)
      fails("", .cannotCreate)
      fails("/dev/full", .inputOutput)
      try AtomicWrite.write("nowhere", to: "/dev/null")
      #expect(FileManager.default.fileExists(atPath: "/dev/null"))
      #expect(try AtomicWriteTests.contents(folder) == ["file"])
      if geteuid() != 0 {
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
        fails(folder + "/file", .inputOutput)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
      }
      #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "old")
    }
  }

  // A29: a full disk, a tmpfs of 64 KiB; needs the right to mount.
  @Test func fullDisk() throws {
    try AtomicWriteTests.withFolder { folder in
      let mount = Process()
      mount.executableURL = URL(filePath: "/bin/mount")
      mount.arguments = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
      mount.standardError = FileHandle.nullDevice
      guard (try? mount.run()) != nil else { return }
      mount.waitUntilExit()
      guard mount.terminationStatus == 0 else { return }
      defer { umount(folder) }
      let path = folder + "/model"
      try AtomicWrite.write([UInt8](repeating: 1, count: 20_000), to: path)
      let error = #expect(throws: SurprisalError.self) {
        try AtomicWrite.write([UInt8](repeating: 2, count: 100_000), to: path)
      }
      #expect(error?.category == .inputOutput)
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(repeating: 1, count: 20_000))
      #expect(try AtomicWriteTests.contents(folder) == ["model"])
    }
  }
}
