import CSurprisalKernels

/// What the contents of one cell are.
enum CSVCell: Equatable {
  case number(Double)
  /// A decimal beyond the largest float64.
  case tooLarge
  /// Empty or a word for a value that is not there.
  case missing
  /// No number, though it begins like one: `1_000`, `0x10`, digits of other scripts.
  case nearlyNumber
  case text

  /// Words that stand for missing values, in any case.
  private static let missingWords: Set<String> = [
    "", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?", "inf", "infinity",
  ]

  /// Reads the cell `field` of `text`.
  init(_ field: CSVField, of text: CSVText, dialect: CSVDialect) {
    var range = field.range
    while let first = range.first, dialect.isBlank(text.bytes[first]) { range = (first + 1)..<range.upperBound }
    while let last = range.last, dialect.isBlank(text.bytes[last]) { range = range.lowerBound..<last }
    var value = 0.0
    let result = surprisal_decimal(
      text.address(range.lowerBound), range.count, CChar(dialect.decimalMark), &value)
    if result == Int32(SURPRISAL_DECIMAL_EXACT.rawValue) {
      self = .number(value)
    } else if result == Int32(SURPRISAL_DECIMAL_TOO_LARGE.rawValue) {
      self = .tooLarge
    } else if CSVCell.isMissing(text.bytes[range]) {
      self = .missing
    } else {
      self = CSVCell.beginsLikeNumber(text.bytes[range]) ? .nearlyNumber : .text
    }
  }

  private static func isMissing(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard bytes.count <= 9 else { return false }
    var word = String(decoding: bytes, as: UTF8.self).lowercased()
    if word.count > 1, word.hasPrefix("-") || word.hasPrefix("+") { word.removeFirst() }
    return missingWords.contains(word)
  }

  private static func beginsLikeNumber(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    let head = String(decoding: bytes.prefix(8), as: UTF8.self)
    let unsigned = head.drop { "+-−.,".contains($0) }
    return unsigned.first?.isNumber ?? false
  }
}
