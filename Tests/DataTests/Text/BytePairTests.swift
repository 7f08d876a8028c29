import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// Byte pairs against GPT-2's pattern by the `regex` package and a trainer that counts anew for every merge.
@Suite struct BytePairTests {
  struct Reference: Decodable {
    struct Text: Decodable {
      var text: String
      var pieces: [String]
      var tokens: [Int32]
    }
    var merges: [[Int32]]
    var texts: [Text]

    static func read() throws -> Reference {
      let file = URL(filePath: #filePath).appending(path: "../../../References/Language/byte_pairs.json")
        .standardizedFileURL
      return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
  }

  @Test func mergesAndTokensAreTheReferences() throws {
    let reference = try Reference.read()
    let text = TextData(reference.texts[0].text)
    let tokenizer = try BytePairTokenizer(learning: text, mergeCount: 120)
    #expect(tokenizer.merges == reference.merges.map { BytePairTokenizer.Merge($0[0], $0[1]) })
    for expected in reference.texts {
      #expect(try tokenizer.encode(expected.text) == expected.tokens, "\(expected.text)")
    }
    // Fewer merges are the first of them.
    #expect(try BytePairTokenizer(learning: text, mergeCount: 10).merges == Array(tokenizer.merges.prefix(10)))
  }

  /// Merges as many as there are make every piece one token, so that tokens are pieces.
  @Test func piecesAreGPT2s() throws {
    for expected in try Reference.read().texts where !expected.text.isEmpty {
      let text = TextData(expected.text)
      let tokenizer = try BytePairTokenizer(learning: text, mergeCount: 100_000, minimumCount: 1)
      let tokens = try tokenizer.encode(text)
      #expect(tokens.map { tokenizer.vocabulary.text(of: $0) } == expected.pieces)
    }
  }

  @Test func longPiecesAreMergedLikeShortOnes() throws {
    // A piece beyond the length up to which pairs are scanned, cut by the reference rule: lowest rank first, from the left.
    let tokenizer = try BytePairTokenizer(learning: TextData("aaaaaaaa abab abab"), mergeCount: 6)
    let text = String(repeating: "a", count: 1001) + String(repeating: "ab", count: 500)
    var tokens = Array(text.utf8).map { Int32($0) }
    for (rank, merge) in tokenizer.merges.enumerated() {
      var merged: [Int32] = []
      var place = 0
      while place < tokens.count {
        if place + 1 < tokens.count, tokens[place] == merge.left, tokens[place + 1] == merge.right {
          merged.append(256 + Int32(rank))
          place += 2
        } else {
          merged.append(tokens[place])
          place += 1
        }
      }
      tokens = merged
    }
    #expect(try tokenizer.encode(text) == tokens)
  }

  /// 4,000 merges of a megabyte within seconds, and every byte back.
  @Test func learnsShakespeareInSeconds() throws {
    guard let data = CSVFixture.sharedData else {
      print("skipped: ../shared/data is absent")
      return
    }
    let text = try TextData(path: data.appendingPathComponent("tinyshakespeare/input.txt").path)
    let clock = ContinuousClock()
    var tokenizer: BytePairTokenizer?
    let learning = try clock.measure { tokenizer = try BytePairTokenizer(learning: text, mergeCount: 4000) }
    let trained = try #require(tokenizer)
    var tokens: [Int32] = []
    let encoding = try clock.measure { tokens = try trained.encode(text) }
    #expect(trained.merges.count == 4000 && trained.vocabulary.count == 4256)
    #expect(try trained.decode(tokens) == text.bytes)
    #expect(Double(text.byteCount) / Double(tokens.count) > 3)
    #expect(learning < .seconds(20) && encoding < .seconds(5), "learning \(learning), encoding \(encoding)")
  }
}
