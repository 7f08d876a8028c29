/// An immutable table of float64 numbers, one observation a row, rows one behind the other in memory.
///
/// It holds a Swift array or memory owned by somebody else (a mapped file, a caller's buffer) and copies
/// neither.
public struct RowMatrix: Sendable {
  /// Keeps memory alive that a `RowMatrix` reads; released with the last matrix that uses it.
  ///
  /// Invariant behind `@unchecked`: the memory is never written while this object lives.
  public final class Memory: @unchecked Sendable {
    package let base: UnsafePointer<Double>
    private let release: @Sendable () -> Void

    /// Wraps memory at `base`, calling `release` once when no matrix uses it any more.
    public init(base: UnsafePointer<Double>, release: @escaping @Sendable () -> Void) {
      self.base = base
      self.release = release
    }

    deinit { release() }
  }

  private enum Storage: Sendable {
    case array([Double])
    case memory(Memory)
  }

  private let storage: Storage
  /// The number of observations.
  public let rowCount: Int
  /// The numbers per observation.
  public let columnCount: Int

  /// Takes `values` row by row without copying them.
  ///
  /// Throws a usage error if the count of values is no multiple of `columnCount`.
  public init(_ values: [Double], columnCount: Int) throws {
    guard columnCount > 0, values.count % columnCount == 0 else {
      throw SurprisalError(
        .usage, "\(values.count) values do not fill rows of \(columnCount) columns",
        remedy: "give rows × columns values, at least one column")
    }
    self.storage = .array(values)
    self.rowCount = values.count / columnCount
    self.columnCount = columnCount
  }

  /// Takes values that are known to fill their rows.
  package init(unchecked values: [Double], columnCount: Int) {
    self.storage = .array(values)
    self.rowCount = values.count / max(1, columnCount)
    self.columnCount = columnCount
  }

  /// Reads `rowCount` × `columnCount` numbers at `memory.base` in place.
  public init(memory: Memory, rowCount: Int, columnCount: Int) {
    self.storage = .memory(memory)
    self.rowCount = rowCount
    self.columnCount = columnCount
  }

  /// Calls `body` with the address of row 0; row `i`, column `j` is at `i * columnCount + j`.
  public func withUnsafeValues<Result>(
    _ body: (UnsafePointer<Double>) throws -> Result
  ) rethrows -> Result {
    switch storage {
    case .array(let values):
      return try values.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else {
          return try withUnsafeTemporaryAllocation(of: Double.self, capacity: 1) { empty in
            empty.initialize(repeating: 0)
            return try body(UnsafePointer(empty.baseAddress ?? RowMatrix.noValues))
          }
        }
        return try body(base)
      }
    case .memory(let memory):
      return try withExtendedLifetime(memory) { try body(memory.base) }
    }
  }

  /// A valid address of no numbers, for matrices without rows.
  private static var noValues: UnsafeMutablePointer<Double> {
    UnsafeMutablePointer(bitPattern: MemoryLayout<Double>.alignment).unsafelyUnwrapped
  }

  /// The number at `row`, `column`; both must be in range.
  public subscript(row: Int, column: Int) -> Double {
    precondition(
      row >= 0 && row < rowCount && column >= 0 && column < columnCount,
      "RowMatrix[\(row), \(column)] is outside \(rowCount) × \(columnCount)")
    return withUnsafeValues { $0[row * columnCount + column] }
  }

  /// The numbers of `row` as a new array.
  public func row(_ row: Int) -> [Double] {
    precondition(row >= 0 && row < rowCount, "row \(row) is outside 0..<\(rowCount)")
    return withUnsafeValues { base in
      Array(UnsafeBufferPointer(start: base + row * columnCount, count: columnCount))
    }
  }
}
