import Foundation
import SurprisalCore
import SurprisalModels

/// Probabilities by NLTK and by definition, of `Tests/References/Language/ngrams.py`.
struct NGramReference: Decodable {
  struct Row: Decodable {
    var context: [Int32]
    var probabilities: [Double]
  }
  struct LibraryCase: Decodable {
    var kind: String
    var order: Int
    var value: Double
    var rows: [Row]

    var smoothing: NGramSmoothing {
      kind == "add-k" ? .addK(value) : .interpolatedKneserNey(discount: value, smoothsUnigrams: false)
    }
  }
  struct FormulaCase: Decodable {
    var modified: Bool
    var order: Int
    var marks: Bool
    var discounts: [[Double]]
    var rows: [Row]

    var smoothing: NGramSmoothing { modified ? .modifiedKneserNey() : .interpolatedKneserNey() }
  }
  var vocabulary: Int
  var tokens: [Int32]
  var sequences: [[Int32]]
  var nltk: [LibraryCase]
  var chenGoodman: [FormulaCase]

  static func read() throws -> NGramReference {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Language/ngrams.json").standardizedFileURL
    return try JSONDecoder().decode(NGramReference.self, from: Data(contentsOf: file))
  }
}

/// n-gram probabilities straight from the definitions: every count is a pass over the sequences.
struct NaiveNGrams {
  var sequences: [[Int32]]
  var outcomes: Int

  /// n(context, token), or without a token Σ over tokens: how often something follows the context.
  func count(_ context: [Int32], _ token: Int32? = nil) -> Double {
    var count = 0
    for sequence in sequences where sequence.count > context.count {
      for end in context.count..<sequence.count where Array(sequence[(end - context.count)..<end]) == context {
        if token == nil || sequence[end] == token { count += 1 }
      }
    }
    return Double(count)
  }

  func mixed(_ context: [Int32], _ token: Int32, amount: Double, with lower: Double) -> Double {
    let total = count(context) + amount
    return total > 0 ? (count(context, token) + amount * lower) / total : lower
  }

  func addK(_ k: Double, _ token: Int32, after context: [Int32]) -> Double {
    mixed(context, token, amount: k * Double(outcomes), with: 1 / Double(outcomes))
  }

  /// The form of the notes: pairs and triples both refer to the single token.
  func laplace(_ epsilons: [Double], _ token: Int32, after context: [Int32]) -> Double {
    let single = mixed([], token, amount: epsilons[0], with: 1 / Double(outcomes))
    return context.isEmpty ? single : mixed(context, token, amount: epsilons[context.count], with: single)
  }

  func recursive(_ epsilons: [Double], _ token: Int32, after context: [Int32]) -> Double {
    let lower = context.isEmpty ? 1 / Double(outcomes) : recursive(epsilons, token, after: Array(context.dropFirst()))
    return mixed(context, token, amount: epsilons[context.count], with: lower)
  }
}
