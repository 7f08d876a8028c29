import SurprisalCore
import SurprisalData

/// A PNG file of any kind that the specification knows, chunk by chunk, its rows packed without compression, so that a
/// test may change any part of it and have every checksum right all the same.
struct PNGTestFile {
  /// What an image is beside its pixels.
  struct Kind: CustomStringConvertible {
    var color: PNGHeader.Color
    var bitDepth: Int
    var isInterlaced = false
    var isTransparent = false

    /// Every kind: 15 of color and depth, interlaced or not, with a transparent color where there may be one.
    static var all: [Kind] {
      let depths: [(PNGHeader.Color, [Int])] = [
        (.gray, [1, 2, 4, 8, 16]), (.rgb, [8, 16]), (.palette, [1, 2, 4, 8]), (.grayAlpha, [8, 16]),
        (.rgbAlpha, [8, 16]),
      ]
      return depths.flatMap { color, depths in
        depths.flatMap { depth in
          [false, true].flatMap { (interlaced: Bool) -> [Kind] in
            let plain = Kind(color: color, bitDepth: depth, isInterlaced: interlaced)
            guard color != .grayAlpha, color != .rgbAlpha else { return [plain] }
            return [plain, Kind(color: color, bitDepth: depth, isInterlaced: interlaced, isTransparent: true)]
          }
        }
      }
    }

    /// The channels that a reader makes of it.
    var channels: Int {
      switch color {
      case .gray: isTransparent ? 2 : 1
      case .rgb, .palette: isTransparent ? 4 : 3
      case .grayAlpha: 2
      case .rgbAlpha: 4
      }
    }

    /// The bits that a pixel takes in the file.
    var storedBits: Int {
      switch color {
      case .gray, .palette: bitDepth
      case .grayAlpha: 2 * bitDepth
      case .rgb: 3 * bitDepth
      case .rgbAlpha: 4 * bitDepth
      }
    }

    var description: String {
      "\(color.name) of \(bitDepth) bits\(isInterlaced ? ", interlaced" : "")\(isTransparent ? ", transparent" : "")"
    }
  }

  /// A part of the file, without its length and its checksum.
  struct Chunk {
    var name: [UInt8]
    var contents: [UInt8]

    init(_ name: String, _ contents: [UInt8]) { (self.name, self.contents) = (Array(name.utf8), contents) }
  }

  var chunks: [Chunk]
  /// What is packed in the image data: each row behind the number of its filter, pass by pass.
  let rows: [UInt8]

  /// An image of random pixels.
  init(_ kind: Kind, height: Int, width: Int, using generator: inout RandomGenerator) {
    rows = PNGTestFile.rows(kind, height: height, width: width, using: &generator)
    let form: [UInt8] = [UInt8(kind.bitDepth), kind.color.rawValue, 0, 0, kind.isInterlaced ? 1 : 0]
    chunks = [Chunk("IHDR", PNGTestFile.word(width) + PNGTestFile.word(height) + form)]
    if kind.color == .palette {
      let bytes = (0..<3 << kind.bitDepth).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      chunks.append(Chunk("PLTE", bytes))
    }
    if kind.isTransparent {
      // Of a palette the alphas of its first two colors, else one color of two bytes a channel.
      let contents: [PNGHeader.Color: [UInt8]] = [.gray: [0, 1], .rgb: [0, 1, 0, 2, 0, 3], .palette: [0, 128]]
      chunks.append(Chunk("tRNS", contents[kind.color] ?? []))
    }
    chunks += [Chunk("tEXt", Array("Title\0test".utf8)), Chunk("IDAT", PNGTestFile.packed(rows)), Chunk("IEND", [])]
  }

  /// The file, the length and the checksum of each chunk as they are to be.
  var bytes: [UInt8] {
    PNGHeader.signature
      + chunks.flatMap { (chunk: Chunk) -> [UInt8] in
        let body = chunk.name + chunk.contents
        let checksum = body.withUnsafeBytes { CRC32.checksum(of: $0) }
        return PNGTestFile.word(chunk.contents.count) + body + PNGTestFile.word(Int(checksum))
      }
  }

  /// `value` as four bytes, the most significant first.
  static func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

  /// `rows`, at most 65,535 bytes, as a zlib stream (RFC 1950) of one stored block with the right checksum.
  static func packed(_ rows: [UInt8]) -> [UInt8] {
    let length = UInt16(truncatingIfNeeded: rows.count)
    let sizes = [length, ~length].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    var (first, second) = (1, 0)
    for byte in rows {
      first = (first + Int(byte)) % 65_521
      second = (second + first) % 65_521
    }
    return [0x78, 0x01, 1] + sizes + rows + word(second << 16 | first)
  }

  /// Random rows of an image; an interlaced one has seven passes (PNG specification, 8.2).
  private static func rows(
    _ kind: Kind, height: Int, width: Int, using generator: inout RandomGenerator
  ) -> [UInt8] {
    let passes =
      kind.isInterlaced
      ? [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]]
      : [[0, 0, 1, 1]]
    var rows: [UInt8] = []
    for pass in passes {
      let columns = (width - pass[0] + pass[2] - 1) / pass[2]
      let lines = (height - pass[1] + pass[3] - 1) / pass[3]
      guard columns > 0 else { continue }
      for _ in 0..<lines {
        rows.append(UInt8(generator.nextInteger(below: 5)))
        for _ in 0..<(columns * kind.storedBits + 7) / 8 { rows.append(UInt8(truncatingIfNeeded: generator.next())) }
      }
    }
    return rows
  }
}
