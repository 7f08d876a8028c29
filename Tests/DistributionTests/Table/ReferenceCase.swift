import Foundation
import SurprisalTensors

/// One distribution of a reference file with its values; arrays are events that are not single numbers.
struct ReferenceCase: Decodable, Sendable, CustomStringConvertible {
  struct Point: Decodable, Sendable {
    let x: Numbers
    let logDensity: Numbers
    let cumulative: Numbers?
    let complementary: Numbers?
  }

  struct Quantile: Decodable, Sendable {
    let p: Numbers
    let x: Numbers
  }

  let family: String
  let parameters: [String: Numbers]
  let points: [Point]
  let quantiles: [Quantile]?
  let mean, variance, mode, entropy: Numbers?

  var description: String {
    "\(family) \(parameters.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.values)" })"
  }

  /// The parameters as tensors.
  var tensors: [String: Tensor] { parameters.mapValues(\.tensor) }

  /// The cases of one file in Tests/References/Distributions.
  static func cases(inFile name: String) throws -> [ReferenceCase] {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Distributions/\(name).json")
      .standardizedFileURL
    return try JSONDecoder().decode([ReferenceCase].self, from: Data(contentsOf: file))
  }
}

/// A number or nested arrays of numbers; infinities and NaN are the texts inf, -inf and nan.
struct Numbers: Decodable, Sendable {
  var values: [Double]
  var shape: [Int]

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      (values, shape) = ([number], [])
    } else if let text = try? container.decode(String.self) {
      guard let number = Double(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no number")
      }
      (values, shape) = ([number], [])
    } else {
      let parts = try container.decode([Numbers].self)
      values = parts.flatMap(\.values)
      shape = [parts.count] + (parts.first?.shape ?? [])
    }
  }

  var tensor: Tensor { Tensor(values, shape: shape) }
}
