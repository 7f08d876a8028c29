import Foundation
import SurprisalCore
import SurprisalData
import SurprisalModels
import Testing

/// Files of n-gram models, and everything that is no model.
@Suite struct NGramFileTests {
  private func withPath(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "surprisal-ngram-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test(arguments: 0..<5)
  func filesGiveTheSameBits(_ order: Int) throws {
    let text = TextData("the cat sat on the mat, the rat sat on the cat; that is that\n")
    for (marks, kind) in [(false, TokenizerKind.character), (true, .bytePair), (false, .word), (true, .byte)] {
      let tokenizer = try AnyTokenizer(kind, learning: text, mergeCount: 20)
      let tokens = try tokenizer.encode(text)
      let counts = try NGramCounts(
        sequences: [tokens, Array(tokens.prefix(7))], vocabularySize: tokenizer.vocabulary.count, order: order,
        marksBoundaries: marks)
      for smoothing in NGramModelTests.smoothings(order: order) {
        let model = try NGramModel(counts, smoothing: smoothing, tokenizer: tokenizer)
        try withPath { path in
          try model.save(to: path)
          let read = try NGramModel(contentsOf: path)
          #expect(read.smoothing == smoothing && read.order == order && read.tokenizer == tokenizer)
          #expect(read.discounts == model.discounts && read.counts.marksBoundaries == marks)
          #expect(try read.score(text) == model.score(text))
          let first = try Data(contentsOf: URL(fileURLWithPath: path))
          try read.save(to: path)
          #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
        }
      }
    }
  }

  /// A file with `change` made to its configuration or tensors.
  private func bytes(
    kind: String = "n-gram", configuration: String? = nil, _ tensors: [(String, [Int])]? = nil
  ) throws -> [UInt8] {
    let text =
      configuration
      ?? #"{"order":2,"vocabularySize":2,"marksBoundaries":false,"smoothing":{"kind":"add-k","k":1}}"#
    var writer = SafetensorsWriter(
      kind: kind, configuration: try JSONValue(parsing: text), units: "", kernelVariant: "")
    let sound = [("counts.1", [3, 2]), ("counts.2", [2, 2]), ("parents.2", [0, 1]), ("tokens.2", [1, 0])]
    for (name, values) in tensors ?? sound { try writer.add(name, values, shape: [values.count]) }
    return writer.bytes()
  }

  private func refuses(_ bytes: [UInt8], _ part: String) throws {
    let error = try #require(throws: SurprisalError.self) {
      try NGramModel(SafetensorsFile(bytes: bytes, name: "m.safetensors"))
    }
    #expect(error.category == .data && error.location?.file == "m.safetensors", "\(error)")
    #expect(error.message.contains(part), "\(error)")
  }

  @Test func hostileFilesAreRefused() throws {
    let sound = try NGramModel(SafetensorsFile(bytes: bytes(), name: "m.safetensors"))
    // The stream 0 1 0 1 0.
    #expect(abs(sound.probability(of: 1, after: [0]) - 3.0 / 4) < 1e-15)
    try refuses(bytes(kind: "hidden-markov"), "hidden-markov")
    let configurations: [(String, String)] = [
      ("{}", "missing"),
      (#"{"order":2,"vocabularySize":2,"marksBoundaries":false}"#, "smoothing"),
      (#"{"order":99,"vocabularySize":2,"marksBoundaries":false,"smoothing":{"kind":"add-k","k":1}}"#, "order"),
      (#"{"order":2,"vocabularySize":1,"marksBoundaries":false,"smoothing":{"kind":"add-k","k":1}}"#, "1 symbol"),
      (#"{"order":2,"vocabularySize":2,"marksBoundaries":false,"smoothing":{"kind":"add-k","k":-1}}"#, "-1"),
      (#"{"order":2,"vocabularySize":3,"marksBoundaries":false,"smoothing":{"kind":"add-k","k":1}}"#, "shape"),
      (#"{"order":3,"vocabularySize":2,"marksBoundaries":false,"smoothing":{"kind":"add-k","k":1}}"#, "counts.3"),
      (
        #"{"order":2,"vocabularySize":2,"marksBoundaries":false,"smoothing":{"kind":"recursive","epsilon":[1]}}"#,
        "got 1 numbers"
      ),
      (
        #"{"order":2,"vocabularySize":2,"marksBoundaries":false,"smoothing":{"kind":"add-k","k":1},"#
          + #""tokenizer":{"kind":"byte"}}"#, "256 tokens"
      ),
    ]
    for (configuration, part) in configurations { try refuses(bytes(configuration: configuration), part) }
    let tensors: [([(String, [Int])], String)] = [
      ([("counts.1", [3, -2]), ("counts.2", []), ("parents.2", []), ("tokens.2", [])], "outside"),
      ([("counts.1", [3, 2]), ("counts.2", [2, 0]), ("parents.2", [0, 1]), ("tokens.2", [1, 0])], "outside"),
      ([("counts.1", [3, 2]), ("counts.2", [2, 2]), ("parents.2", [0, 2]), ("tokens.2", [1, 0])], "outside"),
      ([("counts.1", [3, 2]), ("counts.2", [2, 2]), ("parents.2", [0, 1]), ("tokens.2", [1, 2])], "outside"),
      ([("counts.1", [3, 2]), ("counts.2", [1, 1]), ("parents.2", [0, 0]), ("tokens.2", [1, 1])], "twice"),
      ([("counts.1", [3, 2]), ("counts.2", [2, 2]), ("parents.2", [0, 1]), ("tokens.2", [1])], "shape"),
      ([("counts.1", [1, 2]), ("counts.2", [2, 2]), ("parents.2", [0, 1]), ("tokens.2", [1, 0])], "less often"),
      ([("counts.1", [3, 2])], "counts.2"),
    ]
    for (tensors, part) in tensors { try refuses(bytes(tensors), part) }
    // A triple whose pair at its end is missing.
    let triple = #"{"order":3,"vocabularySize":2,"marksBoundaries":false,"smoothing":{"kind":"add-k","k":1}}"#
    try refuses(
      bytes(
        configuration: triple,
        [
          ("counts.1", [3, 2]), ("counts.2", [2]), ("parents.2", [0]), ("tokens.2", [1]), ("counts.3", [1]),
          ("parents.3", [0]), ("tokens.3", [0]),
        ]), "without its end")
    var damaged = try bytes()
    damaged[damaged.count - 1] ^= 1
    #expect(throws: SurprisalError.self) { try SafetensorsFile(bytes: damaged, name: "m") }
  }

  @Test func faultsAreNamedWithTheLengths() throws {
    func fails(_ category: SurprisalError.Category, _ part: String, _ body: () throws -> Void) throws {
      let error = try #require(throws: SurprisalError.self, performing: body)
      #expect(error.category == category && error.message.contains(part), "\(error)")
    }
    try fails(.data, "1 symbol") { _ = try NGramCounts([0, 0], vocabularySize: 1, order: 1) }
    try fails(.data, "0 symbols") { _ = try NGramCounts([], vocabularySize: 0, order: 0) }
    try fails(.data, "3 tokens, runs of 5") { _ = try NGramCounts([0, 1, 0], vocabularySize: 2, order: 5) }
    try fails(.data, "token 2 at place 1") { _ = try NGramCounts([0, 2], vocabularySize: 2, order: 1) }
    try fails(.data, "token -1 at place 0 of sequence 1") {
      _ = try NGramCounts(sequences: [[0], [-1]], vocabularySize: 2, order: 1)
    }
    try fails(.usage, "order is -1") { _ = try NGramCounts([0, 1], vocabularySize: 2, order: -1) }
    try fails(.usage, "order is 33") { _ = try NGramCounts([0, 1], vocabularySize: 2, order: 33) }
    let counts = try NGramCounts([0, 1, 0, 1, 1], vocabularySize: 2, order: 4)
    try fails(.usage, "orders up to 3, not 4") { _ = try NGramModel(counts, smoothing: .laplace(1, 1, 1)) }
    try fails(.usage, "got 2 numbers") { _ = try NGramModel(counts, smoothing: .recursive([1, 1])) }
    try fails(.usage, "-0.5") { _ = try NGramModel(counts, smoothing: .addK(-0.5)) }
    try fails(.usage, "nan") { _ = try NGramModel(counts, smoothing: .addK(.nan)) }
    try fails(.usage, "discount 1.5") { _ = try NGramModel(counts, smoothing: .interpolatedKneserNey(discount: 1.5)) }
    let model = try NGramModel(counts, smoothing: .addK(1))
    try fails(.data, "token 2 at place 1") { _ = try model.score([0, 2]) }
    try fails(.usage, "no tokenizer") { _ = try model.score(TextData("ab")) }
  }
}
