import SurprisalCore

/// What a PNG file says of its image before any of it is decoded, checked against the size of the file.
package struct PNGHeader: Sendable {
  /// How the colors are stored (PNG specification, 11.2.2).
  package enum Color: UInt8, Sendable {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgbAlpha = 6

    /// The kind in words.
    package var name: String {
      switch self {
      case .gray: "gray"
      case .rgb: "color"
      case .palette: "palette"
      case .grayAlpha: "gray and alpha"
      case .rgbAlpha: "color and alpha"
      }
    }
  }

  package let width: Int
  package let height: Int
  package let color: Color
  /// The bits of one stored number: of a channel, or of a place in the palette.
  package let bitDepth: Int
  /// Whether the rows are stored in seven passes, coarse ones first.
  package let isInterlaced: Bool
  /// The bytes red, green, blue of each color of a palette.
  private(set) var palette: [UInt8] = []
  /// The contents of tRNS: the alphas of the first colors of a palette, or a transparent color.
  private(set) var transparency: [UInt8]?

  /// The first bytes of every PNG file.
  package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Colors of the palette; none where there is no palette.
  package var colorCount: Int { color == .palette ? palette.count / 3 : 0 }

  /// Channels of an image of this color, the transparent color or the palette's alphas counted as one.
  package var channels: Int {
    switch color {
    case .gray: transparency == nil ? 1 : 2
    case .rgb, .palette: transparency == nil ? 3 : 4
    case .grayAlpha: 2
    case .rgbAlpha: 4
    }
  }

  /// What the file at `path` says; errors as for ``PNGImage``.
  package init(path: String) throws {
    let file = try MappedFile(path: path)
    self = try file.withUnsafeBytes { try PNGHeader($0, file: file.name) }
  }

  /// Reads the chunks of the file `bytes` up to the image data.
  package init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(.data, what, remedy: "save the image again as PNG", at: .init(file: file))
    }
    func word(_ offset: Int) -> Int {
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    guard bytes.count >= 8, bytes.prefix(8).elementsEqual(PNGHeader.signature) else {
      throw SurprisalError(
        .data, "is no PNG image", remedy: "convert it to PNG, or leave it out", at: .init(file: file))
    }
    guard bytes.count >= 33, word(8) == 13, bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw failure("does not begin with the header of a PNG image")
    }
    (width, height) = (word(16), word(20))
    let depth = Int(bytes[24])
    let depths: [Color: [Int]] = [
      .gray: [1, 2, 4, 8, 16], .rgb: [8, 16], .palette: [1, 2, 4, 8], .grayAlpha: [8, 16], .rgbAlpha: [8, 16],
    ]
    guard let color = Color(rawValue: bytes[25]), depths[color]?.contains(depth) == true else {
      throw failure("has color type \(bytes[25]) with \(depth) bits, which PNG does not know")
    }
    self.color = color
    bitDepth = depth
    isInterlaced = bytes[28] != 0
    let limit = Int(Int32.max)
    guard (1...limit).contains(width), (1...limit).contains(height) else {
      throw failure("an image of \(height) × \(width) pixels does not exist")
    }
    let stored: [Color: Int] = [.gray: 1, .rgb: 3, .palette: 1, .grayAlpha: 2, .rgbAlpha: 4]
    let rowBytes = (width * depth * (stored[color] ?? 1) + 7) / 8 + 1
    let (needed, overflow) = rowBytes.multipliedReportingOverflow(by: height)
    guard !overflow, needed / MappedFile.largestExpansion <= bytes.count else {
      throw failure(
        "the header speaks of \(height) × \(width) pixels, more than \(bytes.count) bytes of a file can hold")
    }
    try readColors(bytes, word, failure)
  }

  /// Finds palette and transparency among the chunks before the image data.
  private mutating func readColors(
    _ bytes: UnsafeRawBufferPointer, _ word: (Int) -> Int, _ failure: (String) -> SurprisalError
  ) throws {
    var offset = 8
    while bytes.count - offset >= 12 {
      let length = word(offset)
      guard length <= bytes.count - offset - 12 else { break }
      let name = bytes[offset + 4..<offset + 8]
      let contents = bytes[offset + 8..<offset + 8 + length]
      if name.elementsEqual("PLTE".utf8) { palette = Array(contents) }
      if name.elementsEqual("tRNS".utf8) { transparency = Array(contents) }
      if name.elementsEqual("IDAT".utf8) {
        if color == .palette {
          guard !palette.isEmpty, palette.count % 3 == 0, palette.count <= 768 else {
            throw failure("has a palette of \(palette.count) bytes")
          }
        }
        // Where alpha is stored there is no place for it.
        if color == .grayAlpha || color == .rgbAlpha { transparency = nil }
        return
      }
      offset += 12 + length
    }
    throw failure("is cut off or damaged at byte offset \(offset) of \(bytes.count)")
  }
}
