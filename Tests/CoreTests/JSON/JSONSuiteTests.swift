import Foundation
import SurprisalCore
import Testing

/// Nicolas Seriot's JSONTestSuite, read from the shared data folder beside the project.
enum JSONSuite {
  static let folder = URL(filePath: #filePath).appending(
    path: "../../../../../shared/data/conformance/json-test-suite/test_parsing"
  ).standardizedFileURL

  static func files(_ prefix: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix(prefix) }.sorted()
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  static var isPresent: Bool { !files("y_").isEmpty }
}

@Suite("JSONTestSuite (shared data: conformance/json-test-suite)", .enabled(if: JSONSuite.isPresent))
struct JSONSuiteTests {
  @Test func everyFileIsThere() {
    #expect(JSONSuite.files("n_").count == 188)
    #expect(JSONSuite.files("y_").count == 95)
    #expect(JSONSuite.files("i_").count == 35)
  }

  @Test(arguments: JSONSuite.files("n_")) func refuses(_ name: String) throws {
    let bytes = try JSONSuite.bytes(name)
    let error = #expect(throws: SurprisalError.self) { try JSONValue(parsing: bytes) }
    #expect(error?.category == .data)
    #expect(error?.description.contains("byte offset") == true)
    #expect(error?.remedy != nil)
  }

  // Two of the accepted files repeat a name in one object, which JSON allows and this reader by option.
  @Test(arguments: JSONSuite.files("y_")) func accepts(_ name: String) throws {
    let bytes = try JSONSuite.bytes(name)
    let value = try JSONValue(parsing: bytes, allowsDuplicateKeys: true)
    #expect(try JSONValue(parsing: value.text(), allowsDuplicateKeys: true) == value)
    #expect(try JSONValue(parsing: value.text(pretty: true), allowsDuplicateKeys: true) == value)
    let foundation = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    let own = try JSONSerialization.jsonObject(with: Data(value.text().utf8), options: .fragmentsAllowed)
    // JSONSerialization keeps another of two equal names, and reads one tiny number inexactly.
    if let foundation, !name.contains("duplicated"), !name.contains("close_to_zero") {
      #expect((foundation as? NSObject) == (own as? NSObject))
    }
  }

  @Test(arguments: JSONSuite.files("i_")) func doesNotTrap(_ name: String) throws {
    let bytes = try JSONSuite.bytes(name)
    _ = try? JSONValue(parsing: bytes)
  }
}
