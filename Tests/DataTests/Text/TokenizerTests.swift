import Foundation
import SurprisalCore
import SurprisalData
import Testing

/// Every tokenizer gives back the bytes it took apart; what it cannot take it refuses with the place.
@Suite struct TokenizerTests {
  /// Texts with every trap of white space, punctuation and UTF-8.
  static let texts = [
    "", " ", "a", "ab", "  ", " a ", "a b", "a  b", "a\nb", "a \nb", "a, b; c", "\u{FEFF}a\r\nb\r\n", "<unk> x <unk>",
    "don't  stop, it's 3.14 o'clock!? \t\t \n", "naïve café e\u{301}\u{301} Ωμέγα 東京 は 晴れ。",
    "🙂🙂 👩‍🚀\u{2003}x\u{A0}y\u{0}z",
    "the theory then there these thesis the the the   the end", String(repeating: "ab", count: 300) + "\n",
    String(repeating: " ", count: 200),
  ]

  /// A tokenizer of each kind and form that knows all of `text`.
  static func tokenizers(learning text: TextData) throws -> [any Tokenizer] {
    [
      try CharacterTokenizer(learning: text), try ByteTokenizer(),
      try WordTokenizer(learning: text), try WordTokenizer(learning: text, splitting: .whitespace),
      try WordTokenizer(learning: text, hasUnknown: false), try BytePairTokenizer(learning: text, mergeCount: 100),
      try BytePairTokenizer(learning: text, mergeCount: 0),
    ]
  }

  @Test(arguments: texts)
  func everyTextComesBack(_ text: String) throws {
    let data = TextData("ab, cd\n" + text)
    for tokenizer in try TokenizerTests.tokenizers(learning: data) {
      let tokens = try tokenizer.encode(data)
      #expect(try tokenizer.decode(tokens) == data.bytes, "\(tokenizer.kind): \(text.debugDescription)")
      #expect(tokens.allSatisfy { $0 >= 0 && Int($0) < tokenizer.vocabulary.count })
      #expect(try tokenizer.encode("").isEmpty && tokenizer.decode([]).isEmpty)
      let restored = try AnyTokenizer(json: JSONValue(parsing: tokenizer.json.text()))
      #expect(restored.kind == tokenizer.kind && restored.vocabulary == tokenizer.vocabulary)
      #expect(try restored.encode(data) == tokens && restored.decode(tokens) == data.bytes)
    }
  }

  /// A thousand random texts of hostile pieces, each with its own vocabulary.
  @Test func randomTextsComeBack() throws {
    let pieces = [
      "a", "b", "ab", " ", "  ", "\n", ",", "'", "_", "é", "e\u{301}", "\u{A0}", "7", "<unk>", "🙂", "'s", "\t",
    ]
    var generator = RandomGenerator(seed: 7)
    for _ in 0..<1000 {
      let text = (0..<generator.nextInteger(below: 30) + 1).map { _ in
        pieces[generator.nextInteger(below: pieces.count)]
      }.joined()
      let data = TextData("xyz \(text)")
      for tokenizer in try TokenizerTests.tokenizers(learning: data) {
        let restored = try tokenizer.decode(tokenizer.encode(data))
        #expect(restored == data.bytes, "\(tokenizer.kind): \(text.debugDescription)")
      }
    }
  }

  @Test func bytesTakeAnything() throws {
    let data = TextData(bytes: (0...255).map { UInt8($0) } + [0xFF, 0xC0, 0x80])
    let tokenizer = try ByteTokenizer()
    #expect(try tokenizer.decode(tokenizer.encode(data)) == data.bytes)
    #expect(tokenizer.vocabulary.count == 256)
  }

  @Test func badUTF8IsNamedByItsOffset() throws {
    let bad = TextData(bytes: Array("abé".utf8) + [0xC3, 0x28] + Array("cd".utf8), name: "bad.txt")
    let good = TextData("ab cd ab cd")
    for tokenizer in try TokenizerTests.tokenizers(learning: good) where tokenizer.kind != .byte {
      let error = try #require(throws: SurprisalError.self) { try tokenizer.encode(bad) }
      #expect(error.category == .data && error.location?.file == "bad.txt")
      #expect(error.message.contains("byte 0xC3 at byte offset 4 of 8 bytes is not UTF-8"), "\(error)")
    }
    for kind in TokenizerKind.allCases where kind != .byte {
      let error = try #require(throws: SurprisalError.self) { try AnyTokenizer(kind, learning: bad) }
      #expect(error.category == .data && error.message.contains("byte offset 4"))
    }
    let wide = try #require(throws: SurprisalError.self) { try TextData(bytes: [0xFF, 0xFE, 0x61, 0]).checkUTF8() }
    #expect(wide.message.contains("byte offset 0") && wide.message.contains("UTF-16"))
  }

  @Test(arguments: ["", "a", "aaaa"])
  func oneSymbolIsNoVocabulary(_ text: String) throws {
    for kind in [TokenizerKind.character, .word] {
      let error = try #require(throws: SurprisalError.self) {
        try AnyTokenizer(kind, learning: TextData(text, name: "t"))
      }
      #expect(error.category == .data && error.message.contains("\(text.utf8.count) bytes"), "\(error)")
    }
    guard text.isEmpty else { return }
    #expect(throws: SurprisalError.self) { try AnyTokenizer(.bytePair, learning: TextData("")) }
  }

  @Test func rareCharactersAndWordsAreUnknown() throws {
    let text = TextData("aab aab aac")
    let characters = try CharacterTokenizer(learning: text, minimumCount: 2)
    #expect(characters.vocabulary.unknown == 0 && characters.vocabulary.text(of: 0) == "<unk>")
    #expect((0..<4).map { characters.vocabulary.text(of: $0) } == ["<unk>", " ", "a", "b"])
    #expect(try characters.decodedText(characters.encode("cab")) == "<unk>ab")
    let words = try WordTokenizer(learning: TextData("b a b c a b, c"), minimumCount: 2)
    // By falling count; a before c by their bytes; the comma comes once.
    #expect((0..<4).map { words.vocabulary.text(of: $0) } == ["<unk>", "b", "a", "c"])
    #expect(try words.encode("c, a b") == [3, 0, 0, 2, 1])
    #expect(try words.decodedText([3, 2, 1]) == "c a b")
    let reserved = try WordTokenizer(learning: text, reserved: ["<pad>", "<eos>"])
    #expect(reserved.vocabulary.id(of: "<pad>") == 1 && reserved.vocabulary.id(of: "<eos>") == 2)
    #expect(throws: SurprisalError.self) { try CharacterTokenizer(learning: text, minimumCount: 0) }
    #expect(throws: SurprisalError.self) { try WordTokenizer(learning: text, minimumCount: 2, hasUnknown: false) }
    // nanoGPT's order: by code point.
    let plain = try CharacterTokenizer(learning: TextData("hello, world\n"))
    #expect(try plain.encode("\n ,d") == [0, 1, 2, 3] && plain.vocabulary.unknown == nil)
    let error = try #require(throws: SurprisalError.self) { try plain.encode("hex") }
    #expect(error.message.contains("`x` (U+78) that ends at byte offset 3"))
  }

  @Test func singleBlanksAreNoTokens() throws {
    let text = TextData("one two, three\nfour")
    let words = try WordTokenizer(learning: text)
    let tokens = try words.encode(text).map { words.vocabulary.text(of: $0) }
    #expect(tokens == ["one", "two", ",", " ", "three", "\n", "four"])
    let spaced = try WordTokenizer(learning: text, splitting: .whitespace)
    #expect(try spaced.encode(text).map { spaced.vocabulary.text(of: $0) } == ["one", "two,", "three", "\n", "four"])
  }

  @Test func numbersThatAreNoTokensAreRefused() throws {
    for tokenizer in try TokenizerTests.tokenizers(learning: TextData("ab cd")) {
      let limit = Int32(tokenizer.vocabulary.count)
      let error = try #require(throws: SurprisalError.self) { try tokenizer.decode([0, limit]) }
      #expect(error.category == .data && error.message.contains("at place 1"))
      #expect(throws: SurprisalError.self) { try tokenizer.decode([-1]) }
    }
  }

  @Test(arguments: [
    "null", "{}", #"{"kind":"words"}"#, #"{"kind":"character"}"#,
    #"{"kind":"character","vocabulary":{"tokens":["a","a"]}}"#,
    #"{"kind":"character","vocabulary":{"tokens":["a",""]}}"#,
    #"{"kind":"character","vocabulary":{"tokens":["a",[256]]}}"#,
    #"{"kind":"character","vocabulary":{"tokens":["a",7]}}"#, #"{"kind":"word","vocabulary":{"tokens":["a","b"]}}"#,
    #"{"kind":"character","vocabulary":{"tokens":["a","b"],"unknown":2}}"#,
    #"{"kind":"character","vocabulary":{"tokens":["a","b"],"unknown":"a"}}"#, #"{"kind":"byte-pair"}"#,
    #"{"kind":"byte-pair","merges":[[0,256]]}"#, #"{"kind":"byte-pair","merges":[[0,1],[0,1]]}"#,
    #"{"kind":"byte-pair","merges":[[0,1,2]]}"#, #"{"kind":"byte-pair","merges":[[-1,0]]}"#,
  ])
  func hostileFilesAreRefused(_ text: String) throws {
    let error = try #require(throws: SurprisalError.self) { try AnyTokenizer(json: JSONValue(parsing: text)) }
    #expect(error.category == .data && error.remedy != nil)
  }

  /// Merges that double a token's length each time are refused before memory is spent on them.
  @Test func tokensWithoutEndAreRefused() throws {
    let merges = [BytePairTokenizer.Merge(0, 0)] + (0..<40).map { BytePairTokenizer.Merge(256 + $0, 256 + $0) }
    let error = try #require(throws: SurprisalError.self) { try BytePairTokenizer(merges: merges) }
    #expect(error.message.contains("131072 bytes"))
  }
}

/// Texts from files, their counts and parts.
@Suite struct TextDataTests {
  @Test func countsAndParts() throws {
    let text = TextData("añb\u{1F642}c")
    #expect(text.byteCount == 9 && text.characterCount == 5)
    let (first, second) = try text.split(atFraction: 0.5)
    #expect(first.string == "añ" && second.string == "b\u{1F642}c")
    #expect(try text.split(atFraction: 0).first.bytes.isEmpty && text.split(atFraction: 1).second.bytes.isEmpty)
    #expect(throws: SurprisalError.self) { try text.split(atFraction: 1.5) }
    #expect(TextData("The Time-Traveller, (for so...) 1895").lowercasedLetters().string == "the time traveller for so ")
  }

  @Test func filesKeepEveryByte() throws {
    let path = NSTemporaryDirectory() + "surprisal-text-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF, 0x61, 0x0D, 0x0A, 0, 0xFF]
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(try TextData(path: path).bytes == bytes)
    let error = try #require(throws: SurprisalError.self) { try TextData(path: path + "-absent") }
    #expect(error.category == .missingInput)
  }
}
