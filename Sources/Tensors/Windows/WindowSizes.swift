/// A height and a width: the stride, dilation or kernel of a two-dimensional window. A whole number stands for both.
public struct Size2D: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// Along the axis before the last.
  public var height: Int
  /// Along the last axis.
  public var width: Int

  /// A height and a width.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same number for both.
  public init(_ both: Int) { self.init(height: both, width: both) }

  /// The same number for both.
  public init(integerLiteral both: Int) { self.init(both) }
}

/// What is added before and after the elements of one axis. A whole number stands for both.
public struct Padding1D: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// Before the first element.
  public var before: Int
  /// After the last element.
  public var after: Int

  /// A number for each end.
  public init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }

  /// The same number for both ends.
  public init(_ both: Int) { self.init(before: both, after: both) }

  /// The same number for both ends.
  public init(integerLiteral both: Int) { self.init(both) }
}

/// What is added around the elements of the last two axes. A whole number stands for all four sides.
public struct Padding2D: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// Above the first and below the last row.
  public var rows: Padding1D
  /// Left of the first and right of the last column.
  public var columns: Padding1D

  /// A number for each side.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    rows = Padding1D(before: top, after: bottom)
    columns = Padding1D(before: left, after: right)
  }

  /// One number above and below, another left and right.
  public init(height: Int, width: Int) { self.init(top: height, bottom: height, left: width, right: width) }

  /// The same number for all sides.
  public init(_ all: Int) { self.init(height: all, width: all) }

  /// The same number for all sides.
  public init(integerLiteral all: Int) { self.init(all) }
}

/// The windows along one axis of a convolution or a pooling.
package struct AxisWindows: Sendable {
  package var kernel: Int
  package var stride: Int
  package var padding: Padding1D
  package var dilation: Int

  package init(kernel: Int, stride: Int, padding: Padding1D, dilation: Int) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// An axis of extent 1 with one window, which makes two dimensions of one.
  static let single = AxisWindows(kernel: 1, stride: 1, padding: 0, dilation: 1)

  /// From the first to the last element of a window.
  package var reach: Int { dilation * (kernel - 1) + 1 }

  /// The number of windows over `extent` elements, 0 if none fits.
  package func count(over extent: Int) -> Int {
    let room = extent + padding.before + padding.after - reach
    return room < 0 ? 0 : room / stride + 1
  }

  /// The elements that `count` windows need, and `more` that no window reaches.
  package func extent(for count: Int, more: Int) -> Int {
    (count - 1) * stride - padding.before - padding.after + reach + more
  }

  package func check(_ operation: StaticString) {
    precondition(
      kernel > 0 && stride > 0 && dilation > 0,
      "\(operation): kernel \(kernel), stride \(stride) and dilation \(dilation) must be positive")
    precondition(
      padding.before >= 0 && padding.after >= 0,
      "\(operation): the padding \(padding.before), \(padding.after) must not be negative")
  }
}
