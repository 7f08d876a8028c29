import Foundation
import SurprisalCore

@testable import SurprisalLatent

/// The figures of `Tests/References/product_mixture.py`.
struct ProductFigures: Decodable, Sendable {
  /// A column's distribution as the script writes it: its family, then its parameters.
  struct Column: Decodable, Sendable {
    var distribution: ColumnDistribution

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      switch try values.decode(String.self) {
      case "bernoulli": distribution = .bernoulli(probability: try values.decode(Double.self))
      case "categorical": distribution = .categorical(probabilities: try values.decode([Double].self))
      case "poisson": distribution = .poisson(mean: try values.decode(Double.self))
      case "geometric": distribution = .geometric(probability: try values.decode(Double.self))
      case "exponential": distribution = .exponential(mean: try values.decode(Double.self))
      default:
        distribution = .normal(mean: try values.decode(Double.self), variance: try values.decode(Double.self))
      }
    }
  }

  struct Densities: Decodable, Sendable {
    var weights: [Double]
    var components: [[Column]]
    var rows: [Double]
    var logDensities: [Double]
    var responsibilities: [Double]
  }

  struct Iterations: Decodable, Sendable {
    var name: String
    var rows: [Double]
    var columns: Int
    var counts: [Double]?
    var startWeights: [Double]
    var startComponents: [[Column]]
    var logLikelihoods: [Double]
    var weights: [Double]
    var components: [[Column]]
  }

  struct Maximum: Decodable, Sendable {
    var name: String
    var rows: [Double]
    var families: [String]
    var levels: [Int]
    var components: Int
    var logLikelihood: Double

    var list: [ColumnFamily] {
      zip(families, levels).map { name, levels in
        name == "bernoulli" ? .bernoulli : name == "poisson" ? .poisson : .categorical(levels: levels)
      }
    }
  }

  struct Penguins: Decodable, Sendable {
    struct Maximum: Decodable, Sendable {
      var components: Int
      var logLikelihood: Double
    }
    struct Classifier: Decodable, Sendable {
      var classes: [String]
      var accuracy: Double
      var logProbabilities: [Double]
    }
    var rows: Int
    var maximum: [Maximum]
    var gaussianNB: Classifier
  }

  struct Digits: Decodable, Sendable {
    struct Classifier: Decodable, Sendable {
      var accuracy: Double
      var logProbabilities: [Double]
    }
    var iterations: Int
    var logLikelihoodBeforeLast: Double
    var weights: [Double]
    var bernoulliNB: Classifier
  }

  struct Classes: Decodable, Sendable {
    var classes: [Int]
    var categorical: [Double]
    var categoricalLogProbabilities: [Double]
    var counts: [Double]
    var poissonLogDensities: [Double]
    var poissonLogProbabilities: [Double]
  }

  var densities: Densities
  var iterations: [Iterations]
  var maxima: [Maximum]
  var penguins: Penguins
  var digits: Digits
  var naiveBayes: Classes

  static let loaded: ProductFigures = {
    let file = URL(filePath: #filePath).appending(path: "../../../References/product_mixture.json").standardizedFileURL
    do {
      return try JSONDecoder().decode(ProductFigures.self, from: try Data(contentsOf: file))
    } catch { preconditionFailure("\(file.path): \(error)") }
  }()

  /// The data beside the project; nil where they are absent.
  static func sharedText(_ path: String) -> String? {
    let file = URL(filePath: #filePath).appending(path: "../../../../../shared/data/\(path)").standardizedFileURL
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      print("skipped: ../shared/data/\(path) is absent")
      return nil
    }
    return text
  }
}

/// The complete rows of the penguins: four lengths, the island's code, and 1 for males.
struct Penguins {
  static let families: [ColumnFamily] = [.normal, .normal, .normal, .normal, .categorical(levels: 3), .bernoulli]
  static let words: [[String]?] = [nil, nil, nil, nil, ["Biscoe", "Dream", "Torgersen"], ["female", "male"]]
  var rows: RowMatrix
  var species: [String] = []

  init?() {
    guard let text = ProductFigures.sharedText("penguins/penguins.csv") else { return nil }
    var values: [Double] = []
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",").map(String.init)
      let numbers = cells[2..<6].compactMap(Double.init)
      guard numbers.count == 4, let island = Penguins.words[4]?.firstIndex(of: cells[1]), cells[6] != "NA" else {
        continue
      }
      values += numbers + [Double(island), cells[6] == "male" ? 1 : 0]
      species.append(cells[0])
    }
    rows = RowMatrix(unchecked: values, columnCount: 6)
  }
}
