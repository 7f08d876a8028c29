import Foundation
import SurprisalCore
import SurprisalData
import Testing

@Suite struct SafetensorsReferenceTests {
  static let folder = URL(filePath: #filePath).appending(
    path: "../../../References/Safetensors"
  ).standardizedFileURL

  // The file of the reference writer (safetensors 0.8.0): all thirteen types, a scalar, an empty tensor.
  @Test func readsTheReferenceWritersFile() throws {
    let folder = SafetensorsReferenceTests.folder.path
    let file = try SafetensorsFile(path: folder + "/reference.safetensors")
    let text = try Data(contentsOf: URL(filePath: folder + "/expected.json"))
    let expected = try #require(try JSONValue(parsing: [UInt8](text)).members)
    #expect(file.tensors.map(\.name).sorted() == expected.map(\.key).sorted())
    #expect(Set(file.tensors.map(\.type)) == Set(ElementType.allCases))
    #expect(file.metadata("note") == "quotes \" and µ")
    #expect(!file.isChecksummed)
    for member in expected {
      let values = (member.value["values"]?.arrayValue ?? []).compactMap(\.stringValue).map {
        strtod($0, nil)
      }
      #expect(comparableBits(try file.doubles(named: member.key)) == comparableBits(values), "\(member.key)")
      let shape = member.value["shape"]?.arrayValue?.compactMap(\.integerValue)
      #expect(try file.tensor(named: member.key).shape == shape)
    }
    #expect(try file.integers(named: "i64") == [.min, .max, 9_007_199_254_740_993])
    #expect(throws: SurprisalError.self) { try file.integers(named: "u64") }
    #expect(throws: SurprisalError.self) { try file.integers(named: "f64") }
    let unknown = #expect(throws: SurprisalError.self) { try file.doubles(named: "f65") }
    #expect(unknown?.remedy?.contains("'bf16'") == true)
  }

  static let jsonSuite = URL(filePath: #filePath).appending(
    path: "../../../../../shared/data/conformance/json-test-suite/test_parsing"
  ).standardizedFileURL

  static let jsonFiles =
    ((try? FileManager.default.contentsOfDirectory(atPath: jsonSuite.path)) ?? []).sorted()

  // A21: every text of JSONTestSuite as a header. Of the valid ones only an empty object is a sound header.
  @Test(
    "JSONTestSuite as headers (shared data: conformance/json-test-suite)", .enabled(if: !jsonFiles.isEmpty),
    arguments: jsonFiles)
  func jsonSuiteAsHeader(_ name: String) throws {
    let text = [UInt8](
      try Data(contentsOf: SafetensorsReferenceTests.jsonSuite.appending(path: name)))
    for header in [text, Array("{\"a\":".utf8) + text + Array("}".utf8)] {
      let result = Result { try SafetensorsFile(bytes: safetensorsFile(header), name: "m") }
      switch result {
      case .success: #expect(name == "y_object_empty.json" && header.count == text.count)
      case .failure(let error): #expect((error as? SurprisalError)?.category == .data)
      }
    }
  }
}
