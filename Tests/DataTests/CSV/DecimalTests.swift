import CSurprisalKernels
import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// A09: every decimal becomes the float64 nearest to it.
@Suite struct DecimalTests {
  /// The bits that the reader gives to `decimal`, or nil if it refuses it.
  private func bits(_ decimal: String, mark: Character = ".") -> UInt64? {
    var bytes = Array(decimal.utf8)
    let length = bytes.count
    bytes += [UInt8](repeating: 0, count: 16)
    var value = 0.0
    let result = bytes.withUnsafeBytes { buffer in
      surprisal_decimal(
        buffer.bindMemory(to: CChar.self).baseAddress, length, CChar(mark.asciiValue ?? 0), &value)
    }
    return result == 0 ? value.bitPattern : nil
  }

  @Test(
    arguments: [
      "exhaustive-float16.txt", "freetype-2-7.txt", "google-wuffs.txt", "lemire-fast-float.txt",
      "more-test-cases.txt",
    ])
  func conformsToParseNumberLists(file: String) throws {
    guard let data = CSVFixture.sharedData else {
      print("skipped: ../shared/data is absent")
      return
    }
    let url = data.appendingPathComponent("conformance/parse-number/\(file)")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 50)
    for line in lines {
      let parts = line.split(separator: " ")
      let expected = try #require(UInt64(parts[2], radix: 16))
      let isInfinite = expected & 0x7FFF_FFFF_FFFF_FFFF == 0x7FF0_0000_0000_0000
      let found = bits(String(parts[3]))
      if found != (isInfinite ? nil : expected) { Issue.record("\(parts[3])") }
    }
  }

  /// Against the C library's conversion through Swift's `Double(_:)`, in all forms that numbers are written.
  @Test func agreesWithCLibraryOnRandomDecimals() {
    var generator = RandomGenerator(seed: 9)
    for index in 0..<400_000 {
      let decimal: String
      switch index % 4 {
      case 0:
        let value = Double(bitPattern: generator.next())
        guard value.isFinite else { continue }
        decimal = "\(value)"
      case 1: decimal = "\(generator.next())e\(generator.nextInteger(below: 700) - 360)"
      case 2:
        decimal = "-\(generator.nextInteger(below: 1000)).\(generator.next())\(generator.next())"
      default:
        decimal = "\(generator.nextInteger(below: 100)).\(generator.nextInteger(below: 1_000_000))"
      }
      let expected = Double(decimal).flatMap { $0.isFinite ? $0.bitPattern : nil }
      if bits(decimal) != expected { Issue.record("\(decimal)") }
    }
  }

  @Test(arguments: [
    ("1e-400", 0.0), ("-1e-400", -0.0), ("0e99999999999999999999", 0), ("5e-324", Double(bitPattern: 1)),
    ("2.4703282292062327e-324", 0), ("2.4703282292062328e-324", Double(bitPattern: 1)), ("1.", 1),
    (".5", 0.5), ("+2", 2),
    ("1E+2", 100), ("1e-0", 1), ("000000000000000000000000000000012", 12),
    ("1.7976931348623157e308", 1.7976931348623157e308), ("9007199254740993", 9_007_199_254_740_992),
    ("0.000000000000000000000000000000000000000000000000001", 1e-51),
  ])
  func takesEdges(decimal: String, value: Double) {
    #expect(bits(decimal) == value.bitPattern)
  }

  @Test(arguments: [
    "", ".", "+", "-", "e5", "1e", "1e+", "1_000", "0x10", "1e400", "1.7976931348623159e308", "--1", "1.2.3",
    "1 2", "١", "１", "nan", "inf", "1f", "1d5", "1,5", "1e5.5",
  ])
  func refusesOthers(decimal: String) {
    #expect(bits(decimal) == nil)
  }

  @Test func takesDecimalComma() {
    #expect(bits("1,25e1", mark: ",") == (12.5).bitPattern)
    #expect(bits("0,30000000000000004000001", mark: ",") == (0.30000000000000004).bitPattern)
    #expect(bits("1.25", mark: ",") == nil)
  }

  /// A long tail of digits decides between two neighbors; only the exact path sees it.
  @Test func takesThousandsOfDigits() {
    let half = "9007199254740992.5"
    let zeros = String(repeating: "0", count: 5000)
    #expect(bits("9007199254740993" + "." + zeros) == (9_007_199_254_740_992.0).bitPattern)
    #expect(bits("9007199254740993" + "." + zeros + "1") == (9_007_199_254_740_994.0).bitPattern)
    #expect(bits(half) == (9_007_199_254_740_992.0).bitPattern)
  }

  /// The mark of the process's locale plays no part (run with a German locale where the system has one).
  @Test func ignoresLocale() {
    let previous = setlocale(LC_NUMERIC, nil).map { String(cString: $0) }
    for name in ["de_DE.UTF-8", "de_DE", "fr_FR.UTF-8"] where setlocale(LC_NUMERIC, name) != nil { break }
    defer { setlocale(LC_NUMERIC, previous ?? "C") }
    #expect(bits("1.5e-320") == 3036)
    #expect(bits("0.10000000000000000000000000000000000001") == (0.1).bitPattern)
  }
}
