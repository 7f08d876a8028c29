import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// PNG images: the pixels that Pillow reads, and no file that does harm (A19).
@Suite struct PNGImageTests {
  private static let conformance = CSVFixture.sharedData?.appendingPathComponent("conformance")

  private static func files(_ folder: String) throws -> [URL]? {
    guard let conformance else {
      print("skipped: ../shared/data is absent")
      return nil
    }
    return try FileManager.default.contentsOfDirectory(
      at: conformance.appendingPathComponent(folder), includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "png" }.sorted { $0.path < $1.path }
  }

  #if SystemLibraries
    private struct Reference: Decodable { var shape: [Int], sha256: String }

    /// References/Networks/png_suite.py.
    @Test func readsThePixelsThatPillowReads() throws {
      guard let conformance = PNGImageTests.conformance else {
        print("skipped: ../shared/data is absent")
        return
      }
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../References/Networks/png_suite.json").standardized
      let references = try JSONDecoder().decode([String: Reference].self, from: Data(contentsOf: file))
      for (name, reference) in references.sorted(by: { $0.key < $1.key }) {
        let image = try PNGImage(path: conformance.appendingPathComponent("pngsuite/\(name)").path)
        #expect([image.height, image.width, image.channels] == reference.shape, "\(name)")
        #expect(SHA256.hexDigest(of: image.pixels) == reference.sha256, "\(name)")
      }
      #expect(references.count == 60)
    }

    /// Every file is refused but one, whose empty chunks say nothing about its one pixel, the first of its palette.
    @Test func refusesTheFilesThatCrashReaders() throws {
      guard let crashers = try PNGImageTests.files("png-crashers"), let palettes = try PNGImageTests.files("png-badpal")
      else { return }
      #expect(crashers.count == 23 && palettes.count == 9)
      var read: [String] = []
      for file in crashers + palettes {
        do {
          #expect(try PNGImage(path: file.path).pixels == [0x80, 0, 0x80])
          read.append(file.lastPathComponent)
        } catch let error as SurprisalError {
          #expect(error.category == .data && error.location?.file == file.path, "\(file.lastPathComponent)")
          #expect(!error.description.contains("\n"))
        }
      }
      #expect(read == ["empty_ancillary_chunks.png"])
    }

    @Test func whatIsWrittenComesBack() throws {
      for (channels, width) in [(1, 1), (1, 33), (3, 7), (3, 64)] {
        let pixels = (0..<5 * width * channels).map { (place: Int) in UInt8(truncatingIfNeeded: place * place * 7) }
        let image = try PNGImage(height: 5, width: width, channels: channels, pixels: pixels)
        #expect(try PNGImage(bytes: image.encoded(), name: "a") == image)
        try CSVFixture.withTemporaryFolder { folder in
          let path = folder.appendingPathComponent("a.png").path
          try image.write(to: path)
          #expect(try PNGImage(path: path) == image)
        }
      }
      let alpha = try PNGImage(height: 1, width: 1, channels: 2, pixels: [1, 2])
      #expect(throws: SurprisalError.self) { try alpha.encoded() }
      #expect(throws: SurprisalError.self) { try PNGImage(height: 1, width: 2, channels: 1, pixels: [1]) }
    }

    /// No prefix of a file and no flipped bit gives other pixels, or anything but a data error.
    @Test func everyDamageIsNoticed() throws {
      let pixels = (0..<99).map { (place: Int) in UInt8(truncatingIfNeeded: place * 13) }
      let image = try PNGImage(height: 9, width: 11, channels: 1, pixels: pixels)
      let sound = try image.encoded()
      for count in 0..<sound.count {
        let error = try #require(throws: SurprisalError.self) {
          try PNGImage(bytes: Array(sound.prefix(count)), name: "a")
        }
        #expect(error.category == .data)
      }
      for place in sound.indices {
        var damaged = sound
        damaged[place] ^= 1 << UInt8(place % 8)
        if let found = try? PNGImage(bytes: damaged, name: "a") { #expect(found == image, "byte \(place)") }
        #expect((try? PNGImage(bytes: damaged, name: "a")) == nil, "byte \(place)")
      }
    }

    /// The header asks for more than the file can hold: refused before memory is taken.
    @Test func sizeBeyondTheFileIsRefused() throws {
      let sound = try PNGImage(height: 1, width: 1, channels: 1, pixels: [0]).encoded()
      let large = 0x7FFF_FFFF
      for (width, height) in [(large, large), (large, 1), (100_000, 100_000), (large + 1, 1), (0, 1)] {
        var bytes = sound
        for index in 0..<4 {
          bytes[16 + index] = UInt8(width >> (24 - 8 * index) & 0xFF)
          bytes[20 + index] = UInt8(height >> (24 - 8 * index) & 0xFF)
        }
        let crc = bytes.withUnsafeBytes { CRC32.checksum(of: UnsafeRawBufferPointer(rebasing: $0[12..<29])) }
        for index in 0..<4 { bytes[29 + index] = UInt8(truncatingIfNeeded: crc >> (24 - 8 * UInt32(index))) }
        let error = try #require(throws: SurprisalError.self) { try PNGImage(bytes: bytes, name: "a") }
        #expect(error.message.contains("pixels"), "\(error)")
      }
    }
  #else
    @Test func withoutLibpngThereIsAClearError() throws {
      guard let files = try PNGImageTests.files("pngsuite"), let file = files.first else { return }
      let error = try #require(throws: SurprisalError.self) { try PNGImage(path: file.path) }
      #expect(error.category == .usage && error.message.contains("libpng"))
    }
  #endif
}
