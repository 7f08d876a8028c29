import Foundation
import SurprisalCore
import SurprisalData
import Testing

#if SystemLibraries
  /// Changed PNG files of every kind: pixels of the size that the header says, or a data error (A19).
  ///
  /// With SURPRISAL_LONG=1 ten times as many.
  @Suite struct PNGFuzzTests {
    private static let isLong = ProcessInfo.processInfo.environment["SURPRISAL_LONG"] == "1"

    private static func files(_ generator: inout RandomGenerator) -> [(kind: PNGTestFile.Kind, file: PNGTestFile)] {
      var files: [(kind: PNGTestFile.Kind, file: PNGTestFile)] = []
      for kind in PNGTestFile.Kind.all {
        // The second has no pixels in most passes.
        for (height, width) in [(9, 11), (1, 3)] {
          files.append((kind, PNGTestFile(kind, height: height, width: width, using: &generator)))
        }
      }
      return files
    }

    /// That the files are sound as long as nothing is changed.
    @Test func everyKindIsRead() throws {
      var generator = RandomGenerator(seed: 3)
      let files = PNGFuzzTests.files(&generator)
      #expect(files.count == 104)
      for (kind, file) in files {
        let bytes = file.bytes
        let image = try PNGImage(bytes: bytes, name: "a")
        let header = try bytes.withUnsafeBytes { try PNGHeader($0, file: "a") }
        #expect(image.channels == kind.channels && header.channels == kind.channels, "\(kind)")
        #expect(header.bitDepth == kind.bitDepth && header.isInterlaced == kind.isInterlaced, "\(kind)")
        #expect(image.pixels.count == image.height * image.width * kind.channels, "\(kind)")
      }
    }

    @Test func changedFilesAreReadWholeOrRefused() throws {
      var generator = RandomGenerator(seed: 22)
      let files = PNGFuzzTests.files(&generator)
      let count = PNGFuzzTests.isLong ? 60_000 : 6_000
      var accepted = 0
      for _ in 0..<count {
        let file = files[generator.nextInteger(below: files.count)].file
        let bytes = PNGFuzzTests.changed(file, using: &generator)
        do {
          // What the header lets through takes no more than the file can hold: this comes before any memory.
          let header = try bytes.withUnsafeBytes { try PNGHeader($0, file: "a") }
          let kind = PNGTestFile.Kind(color: header.color, bitDepth: header.bitDepth)
          let (stored, overflow) = (header.width * kind.storedBits / 8).multipliedReportingOverflow(by: header.height)
          #expect(!overflow && stored <= 1032 * (bytes.count + 1), "\(bytes)")
          let image = try PNGImage(bytes: bytes, name: "a")
          accepted += 1
          #expect(image.height == header.height && image.width == header.width, "\(bytes)")
          #expect(image.channels == header.channels, "\(bytes)")
          #expect(image.pixels.count == image.height * image.width * image.channels, "\(bytes)")
        } catch let error as SurprisalError {
          #expect(error.category == .data && error.location?.file == "a", "\(bytes)")
          #expect(!error.description.contains("\n"), "\(bytes)")
        }
      }
      // Both must occur for the test to mean anything.
      #expect(accepted > count / 50 && accepted < count / 5 * 4, "\(accepted)")
    }

    /// No kind lets a header of 10¹⁰ pixels through to where memory is taken.
    @Test func everyKindRefusesAHeaderBeyondTheFile() throws {
      var generator = RandomGenerator(seed: 5)
      for (kind, file) in PNGFuzzTests.files(&generator) {
        var large = file
        for (height, width) in [(100_000, 100_000), (0x7FFF_FFFF, 0x7FFF_FFFF), (3, 0x7FFF_FFFF), (0x7FFF_FFFF, 3)] {
          large.chunks[0].contents.replaceSubrange(0..<8, with: PNGTestFile.word(width) + PNGTestFile.word(height))
          let bytes = large.bytes
          let error = try #require(throws: SurprisalError.self, "\(kind)") {
            try bytes.withUnsafeBytes { try PNGHeader($0, file: "a") }
          }
          #expect(error.message.hasPrefix("the header speaks of \(height) × \(width) pixels"), "\(error)")
        }
      }
    }

    /// `file` with something changed; in most ways all checksums are right, so that what they guard is reached.
    private static func changed(_ file: PNGTestFile, using generator: inout RandomGenerator) -> [UInt8] {
      var file = file
      let place = generator.nextInteger(below: file.chunks.count)
      switch generator.nextInteger(below: 7) {
      case 0: return mutated(file.bytes, using: &generator)
      case 1: file.chunks[place].contents = mutated(file.chunks[place].contents, using: &generator)
      case 2:
        // Another header: any byte of it, or a size.
        if generator.nextInteger(below: 2) == 0 {
          let byte = [0, 1, 2, 3, 4, 6, 8, 16, 0x7F, 0xFF][generator.nextInteger(below: 10)]
          file.chunks[0].contents[generator.nextInteger(below: 13)] = UInt8(byte)
        } else {
          let size = [0, 1, 2, 3, 8, 100, 65_535, 1_000_000, 0x7FFF_FFFF, 0xFFFF_FFFF][generator.nextInteger(below: 10)]
          let start = 4 * generator.nextInteger(below: 2)
          file.chunks[0].contents.replaceSubrange(start..<start + 4, with: PNGTestFile.word(size))
        }
      case 3:
        if let data = file.chunks.firstIndex(where: { $0.name == Array("IDAT".utf8) }) {
          file.chunks[data].contents = PNGTestFile.packed(mutated(file.rows, using: &generator))
        }
      case 4:
        switch generator.nextInteger(below: 3) {
        case 0: file.chunks.remove(at: place)
        case 1: file.chunks.insert(file.chunks[place], at: generator.nextInteger(below: file.chunks.count))
        default: file.chunks.swapAt(place, generator.nextInteger(below: file.chunks.count))
        }
      case 5: file.chunks[place].name = mutated(file.chunks[place].name, using: &generator)
      default:
        // Image data in two pieces, of which the border may fall anywhere.
        if let data = file.chunks.firstIndex(where: { $0.name == Array("IDAT".utf8) }) {
          let contents = file.chunks[data].contents
          let border = generator.nextInteger(below: contents.count)
          file.chunks[data].contents = Array(contents[..<border])
          file.chunks.insert(PNGTestFile.Chunk("IDAT", Array(contents[border...])), at: data + 1)
        }
      }
      return file.bytes
    }
  }
#endif
