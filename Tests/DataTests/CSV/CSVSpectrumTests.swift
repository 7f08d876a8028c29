import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// A05: the twelve files of csv-spectrum give the cells that their JSON says.
@Suite struct CSVSpectrumTests {
  /// The records of a file as arrays of strings, by the scanner that names errors and reads quotes.
  static func records(_ bytes: [UInt8], dialect: CSVDialect) throws -> [[String]] {
    let file = bytes.withUnsafeBytes { MappedFile(name: "t.csv", copying: $0) }
    return try file.withUnsafeBytes { bytes in
      let text = try CSVText(bytes: bytes, name: "t.csv")
      var scanner = CSVScanner(text: text, dialect: dialect)
      var fields: [CSVField] = []
      var records: [[String]] = []
      scanner.skipBlankLines()
      while try scanner.nextRecord(into: &fields) {
        records.append(try fields.enumerated().map { try text.string($1, number: $0 + 1) })
        scanner.skipBlankLines()
      }
      return records
    }
  }

  @Test(arguments: [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
  ])
  func equalsJSON(name: String) throws {
    guard let data = CSVFixture.sharedData else {
      print("skipped: ../shared/data is absent")
      return
    }
    let folder = data.appendingPathComponent("conformance/csv-spectrum")
    let text = try Data(contentsOf: folder.appendingPathComponent("csvs/\(name).csv"))
    let json = try Data(contentsOf: folder.appendingPathComponent("json/\(name).json"))
    let parsed = try JSONSerialization.jsonObject(with: json)
    var expected = try #require(parsed as? [[String: String]] ?? (parsed as? [String: String]).map { [$0] })
    if name == "location_coordinates" {
      // The set's own JSON holds another telephone number than its CSV.
      expected[0]["Contact Phone Number"] = "2095257564"
    }
    let records = try CSVSpectrumTests.records(Array(text), dialect: CSVDialect(delimiter: UInt8(ascii: ",")))
    let header = try #require(records.first)
    #expect(records.count == expected.count + 1)
    for (record, row) in zip(records.dropFirst(), expected) {
      #expect(record.count == header.count)
      #expect(Dictionary(uniqueKeysWithValues: zip(header, record)) == row)
    }
  }
}
