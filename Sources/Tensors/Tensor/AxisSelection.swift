/// What a subscript takes of one axis: an index, a range, or a `stride(from:to:by:)`.
///
/// A negative index or bound counts from the end: −1 is the last element, `(-3)...` the last three.
public protocol AxisSelection: Sendable {
  /// The elements taken of an axis, or nil if they are not all in it.
  func slice(ofExtent extent: Int) -> AxisSlice?
}

/// `count` elements of an axis from index `start` on at distances of `step`, which may be negative.
public struct AxisSlice: AxisSelection, Hashable {
  /// The first index.
  public var start: Int
  /// The number of elements.
  public var count: Int
  /// From one element's index to the next one's; not 0.
  public var step: Int
  /// Whether the axis is not in the result, as for a single index.
  public var removesAxis = false

  /// The elements of index `start`, `start + step`, …
  public init(start: Int, count: Int, step: Int = 1) {
    self.start = start
    self.count = count
    self.step = step
  }

  /// A whole axis.
  init(all extent: Int) { self.init(start: 0, count: extent) }

  /// Itself if its elements are in an axis of that extent.
  public func slice(ofExtent extent: Int) -> AxisSlice? {
    if count == 0 { return AxisSlice(start: 0, count: 0) }
    let indices = 0..<extent
    let (span, overflow) = (count - 1).multipliedReportingOverflow(by: step)
    guard count > 0, step != 0, !overflow, indices.contains(start), indices.contains(start + span) else { return nil }
    return self
  }

  /// The indices from `lower` up to and without `upper`, either counted from the end if negative.
  fileprivate init?(_ lower: Int, _ upper: Int, extent: Int) {
    let lower = lower < 0 ? lower + extent : lower
    let upper = upper < 0 ? upper + extent : upper
    guard 0 <= lower, lower <= upper, upper <= extent else { return nil }
    self.init(start: lower, count: upper - lower)
  }
}

extension Int: AxisSelection {
  /// The one element of this index; its axis is not in the result.
  public func slice(ofExtent extent: Int) -> AxisSlice? {
    let index = self < 0 ? self + extent : self
    guard index >= 0, index < extent else { return nil }
    var slice = AxisSlice(start: index, count: 1)
    slice.removesAxis = true
    return slice
  }
}

extension Range<Int>: AxisSelection {
  /// The elements of these indices.
  public func slice(ofExtent extent: Int) -> AxisSlice? { AxisSlice(lowerBound, upperBound, extent: extent) }
}

extension ClosedRange<Int>: AxisSelection {
  /// The elements of these indices.
  public func slice(ofExtent extent: Int) -> AxisSlice? {
    AxisSlice(lowerBound, upperBound == -1 ? extent : upperBound + 1, extent: extent)
  }
}

extension PartialRangeFrom<Int>: AxisSelection {
  /// The elements from this index on; `0...` is the whole axis.
  public func slice(ofExtent extent: Int) -> AxisSlice? { AxisSlice(lowerBound, extent, extent: extent) }
}

extension PartialRangeUpTo<Int>: AxisSelection {
  /// The elements before this index.
  public func slice(ofExtent extent: Int) -> AxisSlice? { AxisSlice(0, upperBound, extent: extent) }
}

extension PartialRangeThrough<Int>: AxisSelection {
  /// The elements up to this index.
  public func slice(ofExtent extent: Int) -> AxisSlice? {
    AxisSlice(0, upperBound == -1 ? extent : upperBound + 1, extent: extent)
  }
}

extension StrideTo<Int>: AxisSelection {
  /// The elements of these indices, which are none of them counted from the end.
  public func slice(ofExtent extent: Int) -> AxisSlice? { AxisSlice(progression: self).slice(ofExtent: extent) }
}

extension StrideThrough<Int>: AxisSelection {
  /// The elements of these indices, which are none of them counted from the end.
  public func slice(ofExtent extent: Int) -> AxisSlice? { AxisSlice(progression: self).slice(ofExtent: extent) }
}

extension AxisSlice {
  /// Indices that are known to be at equal distances.
  fileprivate init(progression indices: some Sequence<Int>) {
    var (start, count, step) = (0, 0, 1)
    for index in indices {
      if count == 0 { start = index }
      if count == 1 { step = index - start }
      count += 1
    }
    self.init(start: start, count: count, step: step)
  }
}
