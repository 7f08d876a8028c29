import CSurprisalKernels
import SurprisalCore

/// An image from a PNG file, 8 bits a channel.
///
/// Read are the stored values, without gamma or color profiles: gray of 1, 2 and 4 bits is spread over 0 … 255, of 16
/// bits the upper 8 are kept, a palette's colors take the place of its numbers. Any wrong checksum refuses the file.
public struct PNGImage: Sendable, Hashable {
  /// The rows.
  public let height: Int
  /// The columns.
  public let width: Int
  /// 1: gray; 2: gray and alpha; 3: red, green and blue; 4: with alpha. A transparent color counts as alpha.
  public let channels: Int
  /// [height, width, channels].
  public let pixels: [UInt8]

  /// An image of the given pixels, [height, width, channels].
  ///
  /// - Throws: a usage error if they do not fill the shape or it is no image's.
  public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) throws {
    guard (1...Int(Int32.max)).contains(height), (1...Int(Int32.max)).contains(width), (1...4).contains(channels),
      pixels.count % (width * channels) == 0, pixels.count / (width * channels) == height
    else {
      throw SurprisalError(
        .usage, "\(pixels.count) bytes are not an image of \(height) × \(width) × \(channels)",
        remedy: "give height × width × channels bytes, 1 to 4 channels")
    }
    (self.height, self.width, self.channels, self.pixels) = (height, width, channels, pixels)
  }

  /// Reads the PNG file at `path`; `-` stands for standard input.
  ///
  /// Throws a data error for all that is not a sound PNG file, before any memory is taken that its size does not
  /// imply; a usage error where the program was built without libpng; and the errors of ``MappedFile``.
  public init(path: String) throws {
    try self.init(file: MappedFile(path: path))
  }

  /// Reads the image that `bytes`, the contents of a file called `name`, hold. Errors as for a path.
  public init(bytes: [UInt8], name: String) throws {
    try self.init(file: bytes.withUnsafeBytes { MappedFile(name: name, copying: $0) })
  }

  private init(file: MappedFile) throws {
    let header = try file.withUnsafeBytes { try PNGHeader($0, file: file.name) }
    (height, width, channels) = (header.height, header.width, header.channels)
    // Places in a palette come first, then their colors.
    let stored = try PNGImage.stored(file, header, channels: header.color == .palette ? 1 : header.channels)
    pixels = header.color == .palette ? try PNGImage.colors(of: stored, header, file: file.name) : stored
  }

  /// The shape [height, width, channels] that the header of the file at `path` says.
  package static func shape(ofFile path: String) throws -> [Int] {
    let header = try PNGHeader(path: path)
    return [header.height, header.width, header.channels]
  }

  private static func stored(_ file: MappedFile, _ header: PNGHeader, channels: Int) throws -> [UInt8] {
    let count = header.height * header.width * channels
    var message = [CChar](repeating: 0, count: Int(SURPRISAL_PNG_MESSAGE) + 1)
    var result = Int32(0)
    let pixels = file.withUnsafeBytes { bytes in
      [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        result = surprisal_png_read(
          bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, buffer.baseAddress, count, &message)
        initialized = result == Int32(SURPRISAL_PNG_OK.rawValue) ? count : 0
      }
    }
    try check(result, message, file: file.name, remedy: "save the image again as PNG")
    return pixels
  }

  /// The colors that `places` in the palette stand for.
  private static func colors(of places: [UInt8], _ header: PNGHeader, file: String) throws -> [UInt8] {
    let colorCount = header.palette.count / 3
    if let place = places.firstIndex(where: { Int($0) >= colorCount }) {
      throw SurprisalError(
        .data,
        "the pixel in row \(place / header.width + 1), column \(place % header.width + 1) has color "
          + "\(places[place]) of a palette of \(colorCount)", remedy: "save the image again as PNG",
        at: .init(file: file))
    }
    let channels = header.channels
    var table = [UInt8](repeating: 255, count: colorCount * channels)
    for color in 0..<colorCount {
      for channel in 0..<3 { table[color * channels + channel] = header.palette[color * 3 + channel] }
      if let alphas = header.transparency, color < alphas.count { table[color * channels + 3] = alphas[color] }
    }
    return [UInt8](unsafeUninitializedCapacity: places.count * channels) { buffer, initialized in
      for (pixel, place) in places.enumerated() {
        for channel in 0..<channels { buffer[pixel * channels + channel] = table[Int(place) * channels + channel] }
      }
      initialized = places.count * channels
    }
  }

  /// Writes the image, gray or red, green and blue, to `path`, whole or not at all.
  ///
  /// Throws a usage error for an image with alpha, and the errors of ``AtomicWrite``.
  public func write(to path: String) throws {
    try AtomicWrite.write(encoded(), to: path)
  }

  /// The image, gray or red, green and blue, as the bytes of a PNG file.
  public func encoded() throws -> [UInt8] {
    guard channels == 1 || channels == 3 else {
      throw SurprisalError(
        .usage, "an image of \(channels) channels cannot be written", remedy: "write gray, or red, green and blue")
    }
    let (high, wide) = (UInt32(height), UInt32(width))
    var message = [CChar](repeating: 0, count: Int(SURPRISAL_PNG_MESSAGE) + 1)
    var result = Int32(0)
    let capacity = surprisal_png_bound(wide, high, Int32(channels))
    let bytes = [UInt8](unsafeUninitializedCapacity: max(capacity, 1)) { buffer, count in
      var written = capacity
      result = surprisal_png_write(wide, high, Int32(channels), pixels, buffer.baseAddress, &written, &message)
      count = result == Int32(SURPRISAL_PNG_OK.rawValue) ? written : 0
    }
    try PNGImage.check(result, message, file: nil, remedy: nil)
    return bytes
  }

  private static func check(_ result: Int32, _ message: [CChar], file: String?, remedy: String?) throws {
    switch UInt32(bitPattern: result) {
    case SURPRISAL_PNG_OK.rawValue: return
    case SURPRISAL_PNG_UNAVAILABLE.rawValue:
      throw SurprisalError(
        .usage, "PNG images need libpng, and this program was built without it",
        remedy: "build with --traits SystemLibraries, or use idx or .npy files", at: file.map { .init(file: $0) })
    default:
      let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw SurprisalError(
        .data, "the PNG image is damaged: \(text)", remedy: remedy, at: file.map { .init(file: $0) })
    }
  }
}
