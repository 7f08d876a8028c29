import CSurprisalKernels
import SurprisalCore

/// A stretch of whole records, read by one thread.
struct CSVChunk {
  /// Where it is in the file.
  var range: Range<Int>
  /// The line, from 1, on which it begins.
  var firstLine: Int
  /// The row, from 0, that its first record becomes if no record before it is left out.
  var firstRow: Int
  /// The most rows that it can hold, by its lines and its bytes.
  var capacity: Int
}

/// The division of a text's rows into chunks, which does not depend on the number of threads.
struct CSVChunks {
  /// The bytes of a chunk, but for its last record.
  static let byteCount = 1 << 20

  /// The chunks in the file's order.
  let chunks: [CSVChunk]
  /// The most rows that all of them can hold.
  let capacity: Int

  /// Divides `file`'s text behind `header`, looking at it on `threads` threads.
  ///
  /// A record that becomes a row has at least `shortestRecord` bytes.
  init(
    file: MappedFile, text: CSVText, dialect: CSVDialect, header: CSVHeader, shortestRecord: Int, threads: Int
  ) {
    let offset = header.offset
    var ranges = CSVChunks.ranges(text, from: offset)
    var counts = CSVChunks.count(ranges, in: text, file: file, threads: threads)
    if counts.contains(where: \.isQuoted) {
      ranges = CSVChunks.quoteAwareRanges(text, dialect: dialect, from: offset)
      counts = CSVChunks.count(ranges, in: text, file: file, threads: threads)
    }
    var chunks: [CSVChunk] = []
    var firstLine = header.line
    var row = 0
    for (range, count) in zip(ranges, counts) {
      // The last line has no end before the end of the text.
      let lines = count.lineEnds + (range.upperBound == text.end ? 1 : 0)
      let capacity = min(lines, range.count / shortestRecord + 1)
      chunks.append(CSVChunk(range: range, firstLine: firstLine, firstRow: row, capacity: capacity))
      firstLine += lines
      row += capacity
    }
    self.chunks = chunks
    capacity = row
  }

  /// What one pass over a chunk's bytes finds.
  private struct Count: Sendable {
    var lineEnds = 0
    var isQuoted = false
  }

  private static func count(
    _ ranges: [Range<Int>], in text: CSVText, file: MappedFile, threads: Int
  ) -> [Count] {
    var counts = [Count](repeating: Count(), count: ranges.count)
    counts.withUnsafeMutableBufferPointer { buffer in
      // Each index writes its own element only.
      nonisolated(unsafe) let output = buffer
      nonisolated(unsafe) let input = text
      parallelFor(count: ranges.count, threads: threads) { index in
        let range = ranges[index]
        var quoted: Int32 = 0
        let lineEnds = surprisal_csv_count_lines(input.address(range.lowerBound), range.count, &quoted)
        output[index] = Count(lineEnds: lineEnds, isQuoted: quoted != 0)
        file.releasePages(in: range)
      }
    }
    return counts
  }

  /// Cuts at the first line end behind each multiple of the chunk's size.
  private static func ranges(_ text: CSVText, from offset: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = offset
    while start < text.end {
      let end = lineStart(in: text, from: start + byteCount, before: text.end) ?? text.end
      ranges.append(start..<end)
      start = end
    }
    return ranges
  }

  /// Cuts at line ends outside quotes.
  private static func quoteAwareRanges(
    _ text: CSVText, dialect: CSVDialect, from offset: Int
  ) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = offset
    var position = offset
    while position < text.end {
      // What lies between `position` and the next quoted cell holds no quoted line end.
      let opening = nextOpeningQuote(text, dialect: dialect, from: position) ?? text.end
      while let cut = lineStart(in: text, from: max(start + byteCount, position), before: opening) {
        ranges.append(start..<cut)
        start = cut
      }
      position = opening < text.end ? closingQuote(text, from: opening + 1) + 1 : text.end
    }
    if start < text.end { ranges.append(start..<text.end) }
    return ranges
  }

  /// The start of the first line that begins behind `offset` and at or before `limit`, but not at the end.
  private static func lineStart(in text: CSVText, from offset: Int, before limit: Int) -> Int? {
    var offset = offset
    while offset < limit {
      let byte = text.bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n")
        || (byte == UInt8(ascii: "\r") && (offset >= text.end || text.bytes[offset] != UInt8(ascii: "\n")))
      {
        return offset < text.end ? offset : nil
      }
    }
    return nil
  }

  /// The first quote at the beginning of a cell; others stand for themselves.
  private static func nextOpeningQuote(_ text: CSVText, dialect: CSVDialect, from offset: Int) -> Int? {
    var offset = offset
    while let quote = text.firstOffset(of: UInt8(ascii: "\""), from: offset) {
      let before = quote > text.start ? text.bytes[quote - 1] : dialect.delimiter
      if before == dialect.delimiter || before == UInt8(ascii: "\n") || before == UInt8(ascii: "\r") {
        return quote
      }
      offset = quote + 1
    }
    return nil
  }

  /// The quote that closes a cell whose contents begin at `offset`, or the end of the text.
  private static func closingQuote(_ text: CSVText, from offset: Int) -> Int {
    var offset = offset
    while let quote = text.firstOffset(of: UInt8(ascii: "\""), from: offset) {
      guard quote + 1 < text.end, text.bytes[quote + 1] == UInt8(ascii: "\"") else { return quote }
      offset = quote + 2
    }
    return text.end
  }
}
