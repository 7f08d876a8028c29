import SurprisalCore

/// A column of outcomes from a finite set of levels: one code 0 ..< `levelCount` for every row.
///
/// Codes take one byte a row for up to 256 levels, two for up to 65,536, else four.
public struct DiscreteColumn: Sendable {
  enum Codes: Sendable {
    case bytes([UInt8])
    case words([UInt16])
    case longs([UInt32])
  }

  enum Labels: Sendable {
    case codes
    case integers([Int])
    case numbers([Double])
    case names([String])
  }

  let codes: Codes
  let labels: Labels
  /// How many levels there are. A declared level need not occur.
  public let levelCount: Int
  /// Whether the levels were declared (`init(codes:levelCount:names:)`) rather than found in the rows.
  ///
  /// Only then do log `levelCount` bound the interval of an entropy: there may be levels that no row shows.
  public let hasDeclaredLevels: Bool

  /// The number of rows.
  public var count: Int {
    switch codes {
    case .bytes(let array): array.count
    case .words(let array): array.count
    case .longs(let array): array.count
    }
  }

  /// Codes of declared levels.
  ///
  /// - Parameters:
  ///   - codes: a level's index for each row, in 0 ..< `levelCount`.
  ///   - levelCount: how many levels there are, at most 2³¹, seen or not.
  ///   - names: the levels' names, by which columns are matched; their indices if nil.
  /// - Throws: `data` for a code out of range, with its row; `usage` for names that are not one for each level.
  public init(codes: [Int], levelCount: Int, names: [String]? = nil) throws {
    if let names, names.count != levelCount || Set(names).count != levelCount {
      throw SurprisalError(.usage, "\(names.count) names for \(levelCount) levels, or one of them twice")
    }
    if !(0...(1 << 31)).contains(levelCount) {
      throw SurprisalError(.usage, "\(levelCount) levels, not 0 to 2,147,483,648")
    }
    for (row, code) in codes.enumerated() where !(0..<levelCount).contains(code) {
      throw SurprisalError(.data, "row \(row): code \(code) is not one of 0 ..< \(levelCount)")
    }
    self.init(codes, levelCount, names.map(Labels.names) ?? .codes, declared: true)
  }

  /// Integers, each value a level; levels are sorted by value.
  public init(_ values: [Int]) {
    let (codes, levels) = Self.levels(of: values)
    self.init(codes, levels.count, .integers(levels), declared: false)
  }

  /// Texts, each a level; levels are sorted by their Unicode scalars.
  public init(_ values: [String]) {
    let (codes, levels) = Self.levels(of: values)
    self.init(codes, levels.count, .names(levels), declared: false)
  }

  /// Numbers, of which exactly equal ones are one level (so are 0 and −0); levels are sorted by value.
  ///
  /// - Throws: `data` for a NaN, with its row.
  public init(_ values: [Double]) throws {
    for (row, value) in values.enumerated() where value.isNaN {
      throw SurprisalError(.data, "row \(row) is NaN", remedy: "leave out the rows without a value")
    }
    let (codes, levels) = Self.levels(of: values)
    self.init(codes, levels.count, .numbers(levels), declared: false)
  }

  init(_ codes: [Int], _ levelCount: Int, _ labels: Labels, declared: Bool) {
    self.labels = labels
    self.levelCount = levelCount
    hasDeclaredLevels = declared
    if levelCount <= 1 << 8 {
      self.codes = .bytes(codes.map { UInt8(truncatingIfNeeded: $0) })
    } else if levelCount <= 1 << 16 {
      self.codes = .words(codes.map { UInt16(truncatingIfNeeded: $0) })
    } else {
      self.codes = .longs(codes.map { UInt32(truncatingIfNeeded: $0) })
    }
  }

  private static func levels<Value: Hashable & Comparable>(of values: [Value]) -> (codes: [Int], levels: [Value]) {
    let levels = Set(values).sorted()
    let codeOf = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
    return (values.map { codeOf[$0] ?? 0 }, levels)
  }
}

extension DiscreteColumn {
  /// The code of every row.
  public var levelOfRow: [Int] {
    switch codes {
    case .bytes(let array): array.map(Int.init)
    case .words(let array): array.map(Int.init)
    case .longs(let array): array.map(Int.init)
    }
  }

  /// The name of a level: its text, its number (whole ones without a point), or its code.
  public func name(ofLevel level: Int) -> String {
    switch labels {
    case .codes: String(level)
    case .integers(let values): String(values[level])
    case .names(let values): values[level]
    case .numbers(let values): Int(exactly: values[level]).map(String.init) ?? String(values[level])
    }
  }

  /// How often each level occurs.
  public var counts: [Int] {
    func counted<Code: FixedWidthInteger>(_ codes: [Code]) -> [Int] {
      var result = [Int](repeating: 0, count: levelCount)
      for code in codes { result[Int(code)] += 1 }
      return result
    }
    return switch codes {
    case .bytes(let array): counted(array)
    case .words(let array): counted(array)
    case .longs(let array): counted(array)
    }
  }

  /// `result[row] = factor · keys[row] + code` for every row.
  func append(to keys: inout [UInt64], times factor: UInt64) {
    func add<Code: FixedWidthInteger>(_ codes: [Code]) {
      for row in 0..<codes.count { keys[row] = keys[row] &* factor &+ UInt64(truncatingIfNeeded: codes[row]) }
    }
    switch codes {
    case .bytes(let array): add(array)
    case .words(let array): add(array)
    case .longs(let array): add(array)
    }
  }

  subscript(row: Int) -> Int {
    switch codes {
    case .bytes(let array): Int(array[row])
    case .words(let array): Int(array[row])
    case .longs(let array): Int(array[row])
    }
  }
}
