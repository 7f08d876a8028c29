import Foundation
import SurprisalCore
import SurprisalData
import Testing

@Suite struct NumPyFaultTests {
  static let sound = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }"

  /// Expects that `bytes` are refused without delay by a one-line data error that names the file.
  @discardableResult
  static func refuses(_ bytes: [UInt8], _ note: String) throws -> String {
    let clock = ContinuousClock()
    let start = clock.now
    let error = #expect(throws: SurprisalError.self, "\(note)") {
      _ = try NumPyArray(bytes: bytes, name: "a.npy").rows()
    }
    #expect(clock.now - start < .seconds(2), "\(note)")
    #expect(error?.category == .data, "\(note)")
    #expect(error?.remedy != nil, "\(note)")
    let text = error?.description ?? ""
    #expect(text.hasPrefix("a.npy") && !text.contains("\n"), "\(note): \(text)")
    return text
  }

  // A14
  @Test func sizesThatDoNotMatch() throws {
    let bytes = npyFile(NumPyFaultTests.sound, data: [UInt8](repeating: 0, count: 16))
    _ = try NumPyArray(bytes: bytes, name: "a.npy")
    let short = try NumPyFaultTests.refuses(bytes.dropLast(), "short")
    #expect(short.contains("16 bytes") && short.contains("15 "))
    let long = try NumPyFaultTests.refuses(bytes + [0], "long")
    #expect(long.contains("16 bytes") && long.contains("17 "))
    for count in 0..<bytes.count {
      try NumPyFaultTests.refuses(Array(bytes.prefix(count)), "cut to \(count)")
    }
  }

  // A15: (header, what the error says)
  @Test(arguments: [
    ("{'descr': '|O', 'fortran_order': False, 'shape': (2, 1), }", "objects"),
    ("{'descr': 'O', 'fortran_order': False, 'shape': (2, 1), }", "never read"),
    ("__import__('os').system('false')", "'{'"),
    ("{'descr': __import__('os'), 'fortran_order': False, 'shape': (2, 1)}", "text"),
    ("{'descr': '<f8', 'fortran_order': not True, 'shape': (2, 1)}", "True or False"),
    ("{'descr': '<f8', 'fortran_order': 0, 'shape': (2, 1)}", "True or False"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (1+1, 1)}", "','"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': [2, 1]}", "tuple"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2)}", "','"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': 2}", "tuple"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (-2, -1)}", "negative"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2.0, 1)}", "','"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (02, 1)}", "leading 0"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (0x2, 1)}", "','"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 2)}", "counted"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 0)}", "counted"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775808, 2)}", "too large"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776, 1)}", "8796093022208"),
    ("{'descr': '<f8', 'fortran_order': False}", "'shape'"),
    ("{'descr': '<f8', 'shape': (2, 1)}", "'fortran_order'"),
    ("{'fortran_order': False, 'shape': (2, 1)}", "'descr'"),
    ("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)}", "twice"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), 'more': 'x'}", "unknown field 'more'"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)} # comment", "end"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)", "'}'"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1", "')'"),
    ("{'descr': '<f8", "plain text"), ("", "'{'"), ("{}", "'descr'"),
    ("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2, 1)}", "structured"),
    ("{'descr': '<c16', 'fortran_order': False, 'shape': (1, 1)}", "complex"),
    ("{'descr': '<U4', 'fortran_order': False, 'shape': (1, 1)}", "texts"),
    ("{'descr': '|S16', 'fortran_order': False, 'shape': (1, 1)}", "texts"),
    ("{'descr': '|V16', 'fortran_order': False, 'shape': (1, 1)}", "records"),
    ("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2, 1)}", "dates"),
    ("{'descr': '<f16', 'fortran_order': False, 'shape': (1, 1)}", "extended"),
    ("{'descr': '<f3', 'fortran_order': False, 'shape': (1, 1)}", "'<f3'"),
    ("{'descr': '', 'fortran_order': False, 'shape': (1, 1)}", "''"),
    ("{'descr': '\\x3cf8', 'fortran_order': False, 'shape': (2, 1)}", "plain text"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "exactly"),
    ("{'descr': '|b1', 'fortran_order': False, 'shape': (16,)}", "element 3"),
  ]) func headers(_ header: String, _ part: String) throws {
    var data = [UInt8](repeating: 0, count: header.contains("()") ? 8 : 16)
    data[3] = 7
    let text = try NumPyFaultTests.refuses(npyFile(header, data: data), header)
    // A single number is a sound array but gives no rows.
    #expect(text.contains(part) || part == "exactly" && text.contains("shape []"), "\(text)")
  }

  @Test func hostileFraming() throws {
    let data = [UInt8](repeating: 0, count: 16)
    let brackets = String(repeating: "[", count: 3000)
    try NumPyFaultTests.refuses(npyFile("{'descr': " + brackets), "brackets in descr")
    try NumPyFaultTests.refuses(npyFile(String(repeating: "{", count: 3000)), "braces")
    let shape = "{'descr': '<f8', 'fortran_order': False, 'shape': "
    try NumPyFaultTests.refuses(npyFile(shape + String(repeating: "(", count: 3000)), "parentheses")
    let ones = String(repeating: "1, ", count: 3000)
    #expect(try NumPyFaultTests.refuses(npyFile(shape + "(" + ones + ")}"), "rank").contains("dimensions"))
    let padded = NumPyFaultTests.sound + String(repeating: " ", count: 1 << 20)
    #expect(
      try NumPyFaultTests.refuses(npyFile(padded, data: data, version: 2), "1 MiB header").contains("10000"))
    var old = npyFile(NumPyFaultTests.sound, data: data)
    old[6] = 9
    #expect(try NumPyFaultTests.refuses(old, "version 9").contains("9.0"))
    old[6] = 1
    old[7] = 1
    try NumPyFaultTests.refuses(old, "version 1.1")
    var length = npyFile(NumPyFaultTests.sound, data: data, version: 2)
    length.replaceSubrange(8..<12, with: [0xFF, 0xFF, 0xFF, 0xFF])
    try NumPyFaultTests.refuses(length, "header of 4 GiB")
    try NumPyFaultTests.refuses(Array("a,b\n1,2\n3,4\n".utf8), "a table of text")
  }

  // Fixed seed: 20,000 changed files, none of which may trap.
  @Test func mutatedFilesNeverTrap() throws {
    var generator = RandomGenerator(seed: 5)
    let seeds = try ["f8-little.npy", "i2-big.npy", "rank-3-fortran.npy", "version-3.npy", "stored.npz"].map {
      try NumPyReference.bytes($0)
    }
    for _ in 0..<20_000 {
      let bytes = mutated(seeds[generator.nextInteger(below: seeds.count)], using: &generator)
      if let array = try? NumPyArray(bytes: bytes, name: "a.npy") {
        _ = array.doubles()
        _ = try? array.rows()
      }
    }
  }
}

/// `bytes` with one to four bits, bytes or stretches changed.
func mutated(_ bytes: [UInt8], using generator: inout RandomGenerator) -> [UInt8] {
  var result = bytes
  for _ in 0...generator.nextInteger(below: 4) where !result.isEmpty {
    let place = generator.nextInteger(below: result.count)
    switch generator.nextInteger(below: 6) {
    case 0: result[place] ^= 1 << UInt8(generator.nextInteger(below: 8))
    case 1: result[place] = UInt8(truncatingIfNeeded: generator.next())
    case 2: result.removeLast(generator.nextInteger(below: min(result.count, 64)))
    case 3: result.insert(bytes[generator.nextInteger(below: bytes.count)], at: place)
    case 4: result.remove(at: place)
    default: result[place] = [0x00, 0x7F, 0x80, 0xFF, 0x39, 0x2D][generator.nextInteger(below: 6)]
    }
  }
  return result
}
