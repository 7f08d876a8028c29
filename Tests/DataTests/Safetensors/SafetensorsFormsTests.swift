import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// A safetensors file with any header text; `length` is what its first eight bytes claim.
func safetensorsFile(_ header: [UInt8], data: Int = 0, length: UInt64? = nil) -> [UInt8] {
  withUnsafeBytes(of: (length ?? UInt64(header.count)).littleEndian, Array.init) + header
    + [UInt8](repeating: 0, count: data)
}

/// One crafted file.
struct CraftedFile: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let bytes: [UInt8]
  /// What the error says; nil for a sound file.
  let part: String?

  init(_ name: String, _ header: String, data: Int = 0, length: UInt64? = nil, _ part: String?) {
    self.init(name, bytes: safetensorsFile(Array(header.utf8), data: data, length: length), part)
  }

  init(_ name: String, bytes: [UInt8], _ part: String?) {
    testDescription = name
    self.bytes = bytes
    self.part = part
  }

  /// A file of one tensor `a` described by `fields`.
  static func tensor(_ name: String, _ fields: String, data: Int = 8, _ part: String?) -> CraftedFile {
    CraftedFile(name, "{\"a\":{\(fields)}}", data: data, part)
  }
}

/// A20: the crafted inputs of the project's reliability list, sound ones and others.
@Suite struct SafetensorsFormsTests {
  static let one = #""dtype":"F32","shape":[2],"data_offsets":[0,8]"#

  static let framing: [CraftedFile] = [
    CraftedFile("empty", bytes: [], "too few"),
    CraftedFile("seven bytes", bytes: [2, 0, 0, 0, 0, 0, 0], "too few"),
    CraftedFile("header beyond the file", "{}", length: 100, "100 bytes"),
    CraftedFile("header length 0", "", "'{'"),
    CraftedFile("header length negative as signed", "{}", length: .max, "18446744073709551615"),
    CraftedFile("header length over the cap", "{}", length: 100_000_001, "100000000"),
    CraftedFile("header length 2^63", "{}", length: 1 << 63, "over"),
    CraftedFile("header not UTF-8", bytes: safetensorsFile([0x7B, 0x22, 0xFF, 0x22]), "UTF-8"),
    CraftedFile("header not JSON", "{abc}", "quotes"),
    CraftedFile("header an array", "[]", "'{'"),
    CraftedFile("header a number", "17", "'{'"),
    CraftedFile("header null", "null", "'{'"),
    CraftedFile("header nested deep", String(repeating: "{\"a\":", count: 100_000), "unknown field 'a'"),
    CraftedFile("header of open brackets", String(repeating: "[", count: 100_000), "'{'"),
    CraftedFile("header cut", "{\"a\":{\(one)}", data: 8, "',' or '}'"),
    CraftedFile("two objects", "{}{}", "end of the header"),
    CraftedFile("leading blank", " {}", "'{'"),
    CraftedFile("trailing line end", "{}\n", "end of the header"),
    CraftedFile("trailing NUL", "{}\0", "end of the header"),
    CraftedFile("trailing comma", "{\"a\":{\(one)},}", data: 8, "quotes"),
    CraftedFile("byte order mark", "\u{FEFF}{}", "'{'"),
  ]

  static let fields: [CraftedFile] = [
    .tensor("dtype missing", #""shape":[2],"data_offsets":[0,8]"#, "'dtype' is missing"),
    .tensor("shape missing", #""dtype":"F32","data_offsets":[0,8]"#, "'shape' is missing"),
    .tensor("offsets missing", #""dtype":"F32","shape":[2]"#, "'data_offsets' is missing"),
    .tensor("dtype a number", #""dtype":32,"shape":[2],"data_offsets":[0,8]"#, "no text"),
    .tensor("dtype unknown", #""dtype":"F33","shape":[2],"data_offsets":[0,8]"#, "'F33'"),
    .tensor("dtype in small letters", #""dtype":"f32","shape":[2],"data_offsets":[0,8]"#, "'f32'"),
    .tensor("shape a number", #""dtype":"F32","shape":2,"data_offsets":[0,8]"#, "no list"),
    .tensor("shape negative", #""dtype":"F32","shape":[-2],"data_offsets":[0,8]"#, "whole numbers"),
    .tensor("shape a float", #""dtype":"F32","shape":[2.0],"data_offsets":[0,8]"#, "whole numbers"),
    .tensor("shape huge", #""dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]"#, "2^63"),
    .tensor("shape a text", #""dtype":"F32","shape":["2"],"data_offsets":[0,8]"#, "whole numbers"),
    .tensor("shape null", #""dtype":"F32","shape":[null],"data_offsets":[0,8]"#, "whole numbers"),
    .tensor(
      "product overflows", #""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]"#, "counted"),
    .tensor(
      "product overflows beside 0", #""dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]"#,
      data: 0, "counted"),
    .tensor(
      "bytes overflow", #""dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,8]"#, "counted"),
    .tensor("offsets reversed", #""dtype":"F32","shape":[2],"data_offsets":[8,0]"#, "[begin, end]"),
    .tensor("offsets three", #""dtype":"F32","shape":[2],"data_offsets":[0,8,8]"#, "[begin, end]"),
    .tensor("offsets one", #""dtype":"F32","shape":[2],"data_offsets":[8]"#, "[begin, end]"),
    .tensor("offsets negative", #""dtype":"F32","shape":[2],"data_offsets":[-8,0]"#, "whole numbers"),
    .tensor("offsets past the end", #""dtype":"F32","shape":[4],"data_offsets":[0,16]"#, "ends at byte 16"),
    .tensor("offsets no multiple", #""dtype":"F32","shape":[2],"data_offsets":[0,7]"#, "takes 8 bytes"),
    .tensor("hole at the start", #""dtype":"F32","shape":[2],"data_offsets":[8,16]"#, data: 16, "0..<8"),
    .tensor("bytes behind", one, data: 9, "1 bytes behind"),
    .tensor("bytes missing", one, data: 7, "ends at byte 8"),
    .tensor("unknown field", one + #","stride":[1]"#, "unknown field 'stride'"),
    .tensor("field twice", one + #","dtype":"F32""#, "comes twice"),
    .tensor("too many dimensions", #""dtype":"F32","shape":[\#(ones)],"data_offsets":[0,4]"#, data: 4, "64"),
    CraftedFile("tensor a list", #"{"a":[]}"#, "by no object"),
    CraftedFile("tensor null", #"{"a":null}"#, "by no object"),
  ]

  static let ones = Array(repeating: "1", count: 65).joined(separator: ",")

  static let relations: [CraftedFile] = [
    CraftedFile("overlap", "{\"a\":{\(one)},\"b\":\(second(4, 12))}", data: 12, "'b': begins at byte 4"),
    CraftedFile("same bytes", "{\"a\":{\(one)},\"b\":\(second(0, 8))}", data: 8, "inside"),
    CraftedFile("hole between", "{\"a\":{\(one)},\"b\":\(second(12, 20))}", data: 20, "'b': bytes 8..<12"),
    CraftedFile("name twice", "{\"a\":{\(one)},\"a\":\(second(8, 16))}", data: 16, "'a' comes twice"),
    CraftedFile("name twice, equal", "{\"a\":{\(one)},\"a\":{\(one)}}", data: 8, "'a' comes twice"),
    CraftedFile(
      "name twice, other type",
      "{\"a\":{\(one)},\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[8,16]}}",
      data: 16, "'a' comes twice"),
    CraftedFile("name twice by escape", "{\"a\":{\(one)},\"\\u0061\":\(second(8, 16))}", data: 16, "twice"),
    CraftedFile("name with NUL", "{\"a\\u0000\":{\(one)}}", data: 8, "NUL"),
    CraftedFile("name with ..", "{\"../a\":{\(one)}}", data: 8, "'..'"),
    CraftedFile("name too long", "{\"\(String(repeating: "a", count: 4097))\":{\(one)}}", data: 8, "4096"),
    CraftedFile("metadata a list", #"{"__metadata__":[]}"#, "metadata"),
    CraftedFile("metadata null", #"{"__metadata__":null}"#, "metadata"),
    CraftedFile("metadata number value", #"{"__metadata__":{"a":1}}"#, "text of metadata 'a'"),
    CraftedFile("metadata null value", #"{"__metadata__":{"a":null}}"#, "text of metadata 'a'"),
    CraftedFile("metadata object value", #"{"__metadata__":{"a":{}}}"#, "text of metadata 'a'"),
    CraftedFile("metadata key twice", #"{"__metadata__":{"a":"1","a":"2"}}"#, "metadata 'a' comes twice"),
    CraftedFile("metadata twice", #"{"__metadata__":{},"__metadata__":{}}"#, "comes twice"),
    CraftedFile(
      "BOOL byte 7", bytes: safetensorsFile(Array(bool.utf8)) + [0, 1, 7], "BOOL element 2 is 7"),
  ]

  static func second(_ begin: Int, _ end: Int) -> String {
    #"{"dtype":"F32","shape":[2],"data_offsets":[\#(begin),\#(end)]}"#
  }

  static let bool = #"{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"#

  static let sound: [CraftedFile] = [
    CraftedFile("no tensors", "{}", nil),
    CraftedFile("padded header", "{}      ", nil),
    CraftedFile("white space inside", "{ \"a\" :\n\t{ \(one) }\r\n}", data: 8, nil),
    CraftedFile("metadata alone", #"{"__metadata__":{"a":"1","b":""}}"#, nil),
    CraftedFile("empty metadata", #"{"__metadata__":{}}"#, nil),
    .tensor("scalar", #""dtype":"F64","shape":[],"data_offsets":[0,8]"#, nil),
    .tensor("zero-sized", #""dtype":"F64","shape":[0],"data_offsets":[0,0]"#, data: 0, nil),
    .tensor(
      "zero-sized, huge", #""dtype":"U8","shape":[0,9223372036854775807],"data_offsets":[0,0]"#, data: 0, nil),
    .tensor("one tensor", one, nil),
    CraftedFile("any order", "{\"b\":\(second(8, 16)),\"a\":{\(one)}}", data: 16, nil),
    CraftedFile(
      "odd offset", "{\"u\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},\"b\":\(second(3, 11))}",
      data: 11, nil),
    CraftedFile(
      "empty tensors between",
      "{\"a\":{\(one)},\"e\":{\"dtype\":\"F64\",\"shape\":[0,3],\"data_offsets\":[8,8]},"
        + "\"b\":\(second(8, 16))}", data: 16, nil),
    CraftedFile("empty name", "{\"\":{\(one)}}", data: 8, nil),
    CraftedFile("BOOL 0 and 1", bytes: safetensorsFile(Array(bool.utf8)) + [0, 1, 1], nil),
    CraftedFile("longest name", "{\"\(String(repeating: "a", count: 4096))\":{\(one)}}", data: 8, nil),
  ]

  @Test(arguments: framing + fields + relations) func refuses(_ file: CraftedFile) throws {
    let error = #expect(throws: SurprisalError.self) {
      try SafetensorsFile(bytes: file.bytes, name: "m.safetensors")
    }
    let text = error?.description ?? ""
    #expect(error?.category == .data)
    #expect(text.hasPrefix("m.safetensors: ") && error?.remedy != nil && text.utf8.count < 600, "\(text)")
    #expect(text.contains(file.part ?? ""), "\(text)")
  }

  @Test(arguments: sound) func accepts(_ file: CraftedFile) throws {
    let read = try SafetensorsFile(bytes: file.bytes, name: "m.safetensors")
    #expect(!read.isChecksummed)
    for tensor in read.tensors {
      #expect(try read.doubles(named: tensor.name).count == tensor.shape.reduce(1, *))
    }
  }

  @Test func count() {
    #expect(SafetensorsFormsTests.framing.count + SafetensorsFormsTests.fields.count >= 50)
    #expect(SafetensorsFormsTests.relations.count + SafetensorsFormsTests.sound.count >= 30)
  }
}
