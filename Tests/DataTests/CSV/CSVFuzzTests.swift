import SurprisalCore
import SurprisalData
import Testing

/// Mutated tables against a second, simple reader: the same numbers, or both refuse.
@Suite struct CSVFuzzTests {
  /// Reads text with a header, commas and decimal points character by character; nil if anything is wrong.
  static func simpleTable(_ bytes: [UInt8]) -> [Double]? {
    var records: [[String]] = []
    var record: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var wasQuoted = false
    var isFresh = true
    func finishCell() -> Bool {
      guard let text = String(validating: cell, as: UTF8.self) else { return false }
      record.append(wasQuoted ? "\"" + text : text)
      (cell, wasQuoted, isFresh) = ([], false, true)
      return true
    }
    func finishRecord() -> Bool {
      guard finishCell() else { return false }
      if !(record.count == 1 && record[0].allSatisfy { $0 == " " }) { records.append(record) }
      record = []
      return true
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0 { return nil }
      if isQuoted {
        if byte == 0x22, index + 1 < bytes.count, bytes[index + 1] == 0x22 {
          cell.append(byte)
          index += 1
        } else if byte == 0x22 {
          isQuoted = false
        } else {
          cell.append(byte)
        }
      } else if byte == 0x22, isFresh {
        (isQuoted, wasQuoted, isFresh) = (true, true, false)
      } else if byte == 0x2C {
        if !finishCell() { return nil }
      } else if byte == 0x0A || byte == 0x0D {
        if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
        if !finishRecord() { return nil }
      } else if wasQuoted {
        if byte != 0x20, byte != 0x09 { return nil }
      } else {
        cell.append(byte)
        isFresh = false
      }
      index += 1
    }
    if isQuoted { return nil }
    if !cell.isEmpty || !record.isEmpty || wasQuoted, !finishRecord() { return nil }
    return numbers(records)
  }

  private static func numbers(_ records: [[String]]) -> [Double]? {
    guard let header = records.first, records.count > 1, header.count > 1 else { return nil }
    let names = header.enumerated().map { index, name in
      if name.hasPrefix("\"") { return name.count == 1 ? "x\(index + 1)" : String(name.dropFirst()) }
      let trimmed = trim(name)
      return trimmed.isEmpty ? "x\(index + 1)" : trimmed
    }
    guard Set(names).count == names.count else { return nil }
    var values: [Double] = []
    for record in records.dropFirst() {
      guard record.count == header.count else { return nil }
      for cell in record {
        let text = trim(cell.hasPrefix("\"") ? String(cell.dropFirst()) : cell)
        let allowed = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        guard allowed, let value = Double(text), value.isFinite else { return nil }
        values.append(value)
      }
    }
    return values
  }

  private static func trim(_ text: String) -> String {
    var bytes = Array(text.utf8)
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return String(decoding: bytes.drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
  }

  static let seeds = [
    "a,b,c\n1,2,3\n4.5,-6e2,.7\n8,9,10\n", "\"a\",\"b\"\r\n\"1\",2\r\n3,\"4\"\r\n5,6\r\n",
    "a,b\r1,12345678901234567890\r0.000123456789,1e-300\r", "x , y\n 1.5 , 2 \n\n3,\t4\n",
  ]

  @Test(arguments: 0..<seeds.count)
  func agreesWithSimpleReader(seed: Int) {
    let start = Array(CSVFuzzTests.seeds[seed].utf8)
    let alphabet = Array("0123456789.,+-eE\"\n\r\t ab\u{E9}".utf8) + [0, 0xFF]
    var generator = RandomGenerator(seed: UInt64(seed))
    var accepted = 0
    for _ in 0..<60_000 {
      var bytes = start
      for _ in 0...generator.nextInteger(below: 3) {
        let place = generator.nextInteger(below: bytes.count)
        let byte = alphabet[generator.nextInteger(below: alphabet.count)]
        switch generator.nextInteger(below: 3) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        default: bytes.remove(at: place)
        }
      }
      let options = CSVOptions(delimiter: .character(","), header: .yes, threads: 1)
      let found = try? CSVFixture.table(bytes, options).bits
      let expected = CSVFuzzTests.simpleTable(bytes)?.map(\.bitPattern)
      // A single column keeps its blank lines, which the simple reader does not know.
      if expected == nil, found?.isEmpty == false,
        (try? CSVFixture.table(bytes, options))?.columnNames.count == 1
      {
        continue
      }
      if found != expected { Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription)") }
      if found != nil { accepted += 1 }
    }
    // Most mutations are harmless or refused; both kinds must occur for the comparison to mean anything.
    #expect(accepted > 5_000 && accepted < 55_000)
  }

  /// Automatic detection may refuse, but whatever it accepts has no more numbers than the text.
  @Test func neverTrapsOnNoise() {
    var generator = RandomGenerator(seed: 77)
    let alphabet = Array("01,;\t .\n\r\"a-e".utf8) + [0xEF, 0xBB, 0xBF, 0]
    for _ in 0..<100_000 {
      let count = generator.nextInteger(below: 40)
      let bytes = (0..<count).map { _ in alphabet[generator.nextInteger(below: alphabet.count)] }
      if let table = try? CSVFixture.table(bytes, CSVOptions(missing: .drop)) {
        #expect(table.rows.rowCount * table.rows.columnCount <= bytes.count)
        #expect(table.values.allSatisfy { $0.isFinite })
      }
    }
  }
}
