extension BytePairTokenizer {
  /// Calls `body` with every piece of `bytes` (UTF-8) in order, cut as GPT-2 does by the pattern
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
  static func forEachPiece(of bytes: UnsafeRawBufferPointer, _ body: (Range<Int>) -> Void) {
    var reader = ScalarReader(bytes)
    while let kind = reader.peek() {
      let start = reader.offset
      let contraction = contractionLength(bytes, at: start)
      if contraction > 0 {
        for _ in 0..<contraction { _ = reader.next() }
      } else if kind != .white {
        reader.skip(while: kind)
      } else {
        takeWhite(&reader)
      }
      body(start..<reader.offset)
    }
  }

  /// Steps over a piece that begins with white space.
  private static func takeWhite(_ reader: inout ScalarReader) {
    let isBlank = reader.bytes[reader.offset] == UInt8(ascii: " ")
    _ = reader.next()
    guard let second = reader.peek() else { return }
    if second != .white {
      // One blank belongs to what follows it; any other single white character stands alone.
      if isBlank { reader.skip(while: second) }
      return
    }
    // Of several white characters the last is left to what follows, if something does.
    var last = reader
    while let next = reader.peek(), next == .white {
      last = reader
      _ = reader.next()
    }
    if reader.peek() != nil { reader = last }
  }

  /// The length of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at `offset`, or 0.
  private static func contractionLength(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
    guard bytes[offset] == UInt8(ascii: "'"), offset + 1 < bytes.count else { return 0 }
    let next = bytes[offset + 1]
    if "stmd".utf8.contains(next) { return 2 }
    guard offset + 2 < bytes.count else { return 0 }
    switch (next, bytes[offset + 2]) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return 3
    default: return 0
    }
  }
}
