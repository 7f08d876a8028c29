import SurprisalCore
import Testing

@Suite("Codable values as JSON") struct JSONCodingTests {
  struct Layer: Codable, Equatable {
    var width: Int
    var dropout: Double?
    var kind: Kind
    enum Kind: String, Codable { case dense, convolution }
  }

  struct Settings: Codable, Equatable {
    var name: String
    var isFast: Bool
    var rates: [Double]
    var layers: [Layer]
    var shape: [[Int]]
    var seed: UInt64
    var scale: Float
  }

  let settings = Settings(
    name: "a \"b\"", isFast: true, rates: [0.1, 1e-300], layers: [.init(width: 3, dropout: 0.5, kind: .dense)],
    shape: [[1, 2], []], seed: 7, scale: 0.25)

  @Test func valuesComeBack() throws {
    let json = try JSONValue(encoding: settings)
    #expect(json["layers"]?[0]?["kind"] == "dense")
    #expect(json.members?.map(\.key) == ["name", "isFast", "rates", "layers", "shape", "seed", "scale"])
    #expect(try json.decoded(as: Settings.self) == settings)
    let text = try JSONValue(parsing: Array(json.text().utf8))
    #expect(try text.decoded(as: Settings.self) == settings)
  }

  @Test func membersThatAreNilAreLeftOut() throws {
    let json = try JSONValue(encoding: Layer(width: 1, dropout: nil, kind: .convolution))
    #expect(json == ["width": 1, "kind": "convolution"])
    #expect(try json.decoded(as: Layer.self).dropout == nil)
  }

  @Test(arguments: [
    ("{\"width\": 1}", "`kind` is missing"),
    ("{\"width\": 1.5, \"kind\": \"dense\"}", "`width`: a whole number is needed here"),
    ("{\"width\": 1, \"kind\": \"dens\"}", "`kind`: Cannot initialize Kind from invalid String value dens"),
    ("{\"width\": 1, \"kind\": \"dense\", \"dropuot\": 0.1}", "`dropuot` is not known"),
    ("[1]", "an object of named values is needed here"),
  ])
  func faultsAreNamed(text: String, message: String) throws {
    let json = try JSONValue(parsing: Array(text.utf8))
    let error = #expect(throws: SurprisalError.self) { try json.decoded(as: Layer.self) }
    #expect(error?.message == message)
    #expect(error?.category == .data)
  }

  @Test func faultsInListsSayWhere() throws {
    var json = try JSONValue(encoding: settings)
    json["layers"] = [["width": 1, "kind": "dense", "more": 2]]
    let error = #expect(throws: SurprisalError.self) { try json.decoded(as: Settings.self) }
    #expect(error?.message == "`layers.0.more` is not known")
    json["layers"] = [["width": "x", "kind": "dense"]]
    let other = #expect(throws: SurprisalError.self) { try json.decoded(as: Settings.self) }
    #expect(other?.message == "`layers.0.width`: a whole number is needed here")
  }
}
