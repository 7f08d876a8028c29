import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension NGramModel {
  /// What a model file of this kind says it is.
  public static let fileKind = "n-gram"

  /// Writes the model as a safetensors file with a checksum, whole or not at all.
  ///
  /// The file holds the counts, from which the same probabilities are made when it is read. Tensors: `counts.1` [tokens],
  /// and for each further length k of n-grams `parents.k`, `tokens.k` and `counts.k`, an element for each different n-gram:
  /// the number of the n-gram before its last token, that token, and how often it comes. The configuration holds order,
  /// smoothing, whether there are marks, and the tokenizer. Throws if the file cannot be created or written.
  public func save(to path: String) throws {
    var configuration: [JSONMember] = [
      JSONMember("order", .integer(order)), JSONMember("vocabularySize", .integer(vocabularySize)),
      JSONMember("marksBoundaries", .bool(counts.marksBoundaries)), JSONMember("smoothing", smoothing.json),
    ]
    if let tokenizer { configuration.append(JSONMember("tokenizer", tokenizer.json)) }
    var writer = SafetensorsWriter(
      kind: NGramModel.fileKind, configuration: .object(configuration), units: "counts of n-grams",
      kernelVariant: String(cString: surprisal_instruction_set_name()))
    for (index, level) in counts.levels.enumerated() {
      func add(_ name: String, _ values: [UInt32], _ type: ElementType) throws {
        try writer.add(
          "\(name).\(index + 1)", bytes: values.map(\.littleEndian).withUnsafeBytes(Array.init), type: type,
          shape: [values.count])
      }
      try add("counts", level.nodes.map(\.count), .uint32)
      guard index > 0 else { continue }
      try add("parents", level.nodes.map { UInt32(bitPattern: $0.parent) }, .int32)
      try add("tokens", level.nodes.map { UInt32(bitPattern: $0.token) }, .int32)
    }
    try writer.write(to: path)
  }

  /// Reads a model that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers that are no counts
  /// of one text.
  public init(contentsOf path: String) throws {
    try self.init(SafetensorsFile(path: path))
  }

  /// Reads a model from a file that is open.
  public init(_ file: SafetensorsFile) throws {
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(
        .data, what, remedy: "give a model file that `surprisal train ngram` wrote", at: .init(file: file.name))
    }
    guard file.kind == NGramModel.fileKind else {
      throw failure("the file holds \(file.kind.map { "a model of kind \($0)" } ?? "no model of ours")")
    }
    let configuration = try file.configuration()
    guard let order = configuration["order"]?.integerValue,
      let vocabularySize = configuration["vocabularySize"]?.integerValue,
      let marksBoundaries = configuration["marksBoundaries"]?.boolValue
    else { throw failure("the order, the vocabulary's size or whether there are marks is missing") }
    guard let smoothing = configuration["smoothing"].flatMap(NGramSmoothing.init(json:)) else {
      throw failure("the smoothing is missing or unknown")
    }
    do {
      try NGramCounts.check(order: order, vocabularySize: vocabularySize)
      let tokenizer = try configuration["tokenizer"].map(AnyTokenizer.init(json:))
      let counts = try NGramCounts(
        file, order: order, vocabularySize: vocabularySize, marksBoundaries: marksBoundaries)
      try self.init(counts, smoothing: smoothing, tokenizer: tokenizer)
    } catch let error as SurprisalError {
      throw failure(error.message)
    }
  }
}

extension NGramCounts {
  /// Reads the levels of a file and checks that they can be the counts of one text.
  fileprivate init(
    _ file: SafetensorsFile, order: Int, vocabularySize: Int, marksBoundaries: Bool
  ) throws {
    func failure(_ what: String) -> SurprisalError { SurprisalError(.data, what) }
    func integers(_ name: String, count: Int?, in range: ClosedRange<Int>) throws -> [Int] {
      let tensor = try file.tensor(named: name)
      guard tensor.shape.count == 1, count == nil || tensor.shape == [count ?? 0] else {
        throw failure("tensor `\(name)` has shape \(tensor.shape)\(count.map { ", expected [\($0)]" } ?? "")")
      }
      guard tensor.shape[0] < Int(Int32.max) else { throw failure("tensor `\(name)` is too long") }
      let values = try file.integers(named: name)
      if let index = values.firstIndex(where: { !range.contains($0) }) {
        throw failure("tensor `\(name)` is \(values[index]) at index \(index), outside \(range)")
      }
      return values
    }
    var levels: [NGramLevel] = []
    let alphabetSize = vocabularySize + (marksBoundaries ? 2 : 0)
    let most = Int(Int32.max)
    for index in 0..<order {
      if index == 0 {
        let counts = try integers("counts.1", count: alphabetSize, in: 0...most)
        guard counts.reduce(0, +) <= most else { throw failure("tensor `counts.1` counts too many tokens") }
        var level = NGramLevel(tokens: [], alphabetSize: alphabetSize)
        for (token, count) in counts.enumerated() { level.nodes[token].count = UInt32(count) }
        levels.append(level)
        continue
      }
      let length = index + 1
      let counts = try integers("counts.\(length)", count: nil, in: 1...most)
      let parents = try integers(
        "parents.\(length)", count: counts.count, in: 0...max(0, levels[index - 1].nodes.count - 1))
      // The mark before a sequence is the last of the alphabet and follows nothing.
      let tokens = try integers(
        "tokens.\(length)", count: counts.count, in: 0...alphabetSize - (marksBoundaries ? 2 : 1))
      guard counts.isEmpty || !levels[index - 1].nodes.isEmpty else {
        throw failure("there are runs of \(length) tokens and none of \(index)")
      }
      var left = levels[index - 1].nodes.map { Int($0.count) }
      for (id, parent) in parents.enumerated() {
        left[parent] -= counts[id]
        guard left[parent] >= 0 else {
          throw failure("run \(parent) of \(index) tokens is counted less often than those that begin with it")
        }
      }
      let nodes = counts.indices.map {
        NGramLevel.Node(
          parent: Int32(parents[$0]), token: Int32(tokens[$0]), suffix: 0, count: UInt32(counts[$0]))
      }
      guard let level = NGramLevel(nodes: nodes, lower: &levels[index - 1], arePairs: index == 1) else {
        throw failure("a run of \(length) tokens is there twice or without its end, a run of \(index)")
      }
      levels.append(level)
    }
    self.init(
      order: order, vocabularySize: vocabularySize, marksBoundaries: marksBoundaries, levels: levels)
  }
}
