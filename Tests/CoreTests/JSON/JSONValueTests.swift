import Foundation
import SurprisalCore
import Testing

@Suite struct JSONValueTests {
  @Test func keepsOrderAndExactIntegers() throws {
    let value = try JSONValue(
      parsing: #"{"z": 9007199254740993, "a": [1, 1.0, -0, 1e2, 9223372036854775808], "m": {"q": null}}"#)
    #expect(value.members?.map(\.key) == ["z", "a", "m"])
    #expect(value["z"] == .integer(9_007_199_254_740_993))
    #expect(value["a"]?[0] == 1)
    #expect(value["a"]?[1] == 1.0)
    #expect(value["a"]?[1]?.integerValue == 1)
    #expect(value["a"]?[2]?.doubleValue?.sign == .minus)
    #expect(value["a"]?[4] == .number(0x1p63))
    #expect(value["a"]?[5] == nil)
    #expect(value["m"]?["q"]?.isNull == true)
    #expect(value["nothing"] == nil)
  }

  @Test func literalsAndMembers() {
    var value: JSONValue = ["rows": 272, "covariance": "VVV", "tied": false, "list": [1, 2.5, nil]]
    value["rows"] = 3
    value["name"] = JSONValue("x")
    value["tied"] = nil
    #expect(value.description == #"{"rows":3,"covariance":"VVV","list":[1,2.5,null],"name":"x"}"#)
    let expected = """
      {
        "rows": 3,
        "covariance": "VVV",
        "list": [
          1,
          2.5,
          null
        ],
        "name": "x"
      }
      """
    #expect(value.text(pretty: true) == expected)
    #expect(JSONValue([[1, 2], [3, 4]]).text(pretty: true) == "[\n  [1.0, 2.0],\n  [3.0, 4.0]\n]")
    #expect(JSONValue.array([]).text(pretty: true) == "[]")
  }

  @Test func numbersReadBackToTheSameBits() throws {
    var generator = RandomGenerator(seed: 7)
    for _ in 0..<20_000 {
      let number = Double(bitPattern: generator.next())
      let text = JSONValue(number).text()
      if number.isFinite {
        let value = try JSONValue(parsing: text)
        #expect(value.doubleValue?.bitPattern == number.bitPattern, "\(text)")
        // The C library's reader, which rounds correctly; JSONSerialization is off by some ulps.
        #expect(strtod(text, nil).bitPattern == number.bitPattern, "\(text)")
      } else {
        #expect(text == "null")
      }
    }
  }

  @Test func escapesWhatATerminalOrScriptWouldObey() throws {
    let text = "a\u{1B}[31m\u{9B}\u{7F}\0\"\\\n\u{2028}é🙂"
    let written = JSONValue(text).text()
    #expect(written == #""a\u001b[31m\u009b\u007f\u0000\"\\\n\u2028é🙂""#)
    #expect(try JSONValue(parsing: written) == .string(text))
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, 7), ("[1,]", 3), ("[1e400]", 1), (#"["\ud800"]"#, 2), ("", 0), ("[1", 2),
    ("\u{FEFF}{}", 0), ("nul", 3), ("[1] x", 4), (#"["a"#, 3), (#"{"a" 1}"#, 5), ("[01]", 2),
    ("[\"\u{1}\"]", 2), (#"["\uD83D\u0041"]"#, 2), (#"["\x"]"#, 2), ("[-]", 2), ("[1.]", 3),
  ]) func errorsNameTheByte(_ text: String, _ offset: Int) throws {
    let error = #expect(throws: SurprisalError.self) { try JSONValue(parsing: text, file: "f.json") }
    #expect(error?.message.contains("at byte offset \(offset) ") == true, "\(String(describing: error))")
    #expect(error?.location?.file == "f.json")
  }

  @Test func namesAreComparedByCodePoints() throws {
    let value = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
    #expect(value["e\u{301}"] == 2)
    #expect(value["\u{E9}"] == 1)
  }

  @Test(arguments: ["[", "{\"a\":", "[[],{\"\":"]) func deepNestingIsRefused(_ opening: String) throws {
    let text = String(repeating: opening, count: 100_000)
    #expect(throws: SurprisalError.self) { try JSONValue(parsing: text) }
    let allowed = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(try JSONValue(parsing: allowed).arrayValue?.count == 1)
    #expect(throws: SurprisalError.self) { try JSONValue(parsing: "[" + allowed + "]") }
  }

  @Test func mutatedTextsNeverTrap() throws {
    let seed = Array(#"{"a":[1,-2.5e3,true,null,"x\u00e9\ud83d\ude42é"],"b":{"c":"","d":[[],{}]}}"#.utf8)
    var generator = RandomGenerator(seed: 11)
    for _ in 0..<50_000 {
      var bytes = seed
      for _ in 0...generator.nextInteger(below: 3) {
        let place = generator.nextInteger(below: bytes.count)
        switch generator.nextInteger(below: 3) {
        case 0: bytes[place] ^= 1 << UInt8(generator.nextInteger(below: 8))
        case 1: bytes[place] = seed[generator.nextInteger(below: seed.count)]
        default: bytes.removeLast(min(bytes.count - 1, generator.nextInteger(below: 5)))
        }
      }
      if let value = try? JSONValue(parsing: bytes) {
        #expect(try JSONValue(parsing: value.text()) == value)
      }
    }
  }
}
