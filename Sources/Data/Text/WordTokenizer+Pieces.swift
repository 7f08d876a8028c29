extension WordTokenizer {
  /// What a run of the text is.
  private enum Run {
    case word
    case white
    case mark
  }

  /// Calls `body` with the bytes of every token of `bytes` (UTF-8) in order.
  static func forEachPiece(of bytes: UnsafeRawBufferPointer, _ splitting: Splitting, _ body: (Range<Int>) -> Void) {
    var reader = ScalarReader(bytes)
    // A blank between words is held back until it is known what follows it.
    var followsWord = false
    var blank: Range<Int>?
    while reader.offset < bytes.count {
      let start = reader.offset
      let run = nextRun(&reader, splitting)
      let range = start..<reader.offset
      if run == .white, followsWord, range.count == 1, bytes[start] == UInt8(ascii: " ") {
        blank = range
        followsWord = false
        continue
      }
      if let blank, run != .word { body(blank) }
      blank = nil
      body(range)
      followsWord = run == .word
    }
    if let blank { body(blank) }
  }

  /// Whether `token` is one word, which a blank may set apart from the next.
  static func isWord(_ token: UnsafeRawBufferPointer, _ splitting: Splitting) -> Bool {
    guard !token.isEmpty else { return false }
    var reader = ScalarReader(token)
    return nextRun(&reader, splitting) == .word
  }

  /// Steps over the run that begins here; there is one.
  private static func nextRun(_ reader: inout ScalarReader, _ splitting: Splitting) -> Run {
    let first = kind(of: reader.next(), splitting)
    guard first != .mark else { return first }
    var ahead = reader
    while let scalar = ahead.next(), kind(of: scalar, splitting) == first { reader = ahead }
    return first
  }

  private static func kind(of scalar: UInt32?, _ splitting: Splitting) -> Run {
    guard let scalar else { return .white }
    switch ScalarReader.classify(scalar) {
    case .white: return .white
    case .letter, .number: return .word
    case .other:
      guard splitting == .punctuation else { return .word }
      if scalar == 0x27 || scalar == 0x5F || scalar == 0x2019 { return .word }
      return isMark(scalar) ? .word : .mark
    }
  }

  /// Whether `scalar` is a combining mark, which belongs to the letter before it.
  private static func isMark(_ scalar: UInt32) -> Bool {
    guard scalar >= 0x300, let scalar = Unicode.Scalar(scalar) else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return false
    }
  }
}
