import Foundation
import SurprisalCore
import Testing

/// Measures of tables with 120 digits, rounded; Tests/References/Information/tables.py says how they were computed.
struct TableReference: Decodable, Sendable {
  /// Two distributions of one variable.
  struct Pair: Decodable, Sendable {
    let name: String
    let p, q: [Double]
    let entropy, crossEntropy, divergence, reverseDivergence, jensenShannon, weightedJensenShannon, redundancy: Number
    let renyiEntropies, renyiDivergences: [Number]
  }

  /// A joint distribution; the others are all variables from the third.
  struct Joint: Decodable, Sendable {
    let name: String
    let shape: [Int]
    let p: [Double]
    let entropy, firstEntropy, secondGivenFirst, firstGivenOthers, mutualInformation: Number
    let conditionalMutualInformation, totalCorrelation: Number
    let pointwise: [Number]
  }

  let orders: [Number]
  let weights: [Double]
  let pairs: [Pair]
  let joints: [Joint]

  static func load() throws -> TableReference {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Information/tables.json")
    return try JSONDecoder().decode(TableReference.self, from: Data(contentsOf: file.standardizedFileURL))
  }
}

/// A number; infinities and NaN are the texts inf, -inf and nan.
struct Number: Decodable, Sendable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
      return
    }
    let text = try container.decode(String.self)
    guard let number = Double(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no number")
    }
    value = number
  }
}

/// Within 1e-14 of the value itself; differences below 1e-60 are those of the reference.
func expectDigits(
  _ found: Double, _ expected: Number, _ what: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let value = expected.value
  if found == value || found.isNaN && value.isNaN { return }
  if value.isFinite, abs(found - value) <= 1e-14 * abs(value) + 1e-60 { return }
  Issue.record("\(what()): \(found), not \(value)", sourceLocation: sourceLocation)
}
