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
  /// Whether it follows from the windows, see `same`; `before` and `after` say nothing then.
  public private(set) var isSame = false

  /// As much as gives a convolution of stride 1 as many windows as elements, PyTorch's `padding='same'`:
  /// dilation · (kernel − 1) in halves, the one more of an odd number after the last element.
  public static let same: Padding1D = {
    var padding = Padding1D(0)
    padding.isSame = true
    return padding
  }()

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

  /// `Padding1D.same` along both axes: the one more of an odd number below and to the right.
  public static let same = Padding2D(rows: .same, columns: .same)

  /// What is added along each axis.
  public init(rows: Padding1D, columns: Padding1D) {
    self.rows = rows
    self.columns = columns
  }

  /// A number for each side.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    self.init(rows: Padding1D(before: top, after: bottom), columns: Padding1D(before: left, after: right))
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
  /// In numbers, also where it was given as `same`.
  package var padding: Padding1D
  package var dilation: Int
  /// Whether the padding was given as `same`.
  package let isSame: Bool
  /// Whether a last window may reach beyond the padded elements, PyTorch's `ceil_mode`.
  package let roundsUp: Bool

  package init(kernel: Int, stride: Int, padding: Padding1D, dilation: Int, roundsUp: Bool = false) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.roundsUp = roundsUp
    isSame = padding.isSame
    let total = dilation * (kernel - 1)
    self.padding = padding.isSame ? Padding1D(before: total / 2, after: total - total / 2) : padding
  }

  /// An axis of extent 1 with one window, which makes two dimensions of one.
  static let single = AxisWindows(kernel: 1, stride: 1, padding: 0, dilation: 1)

  /// From the first to the last element of a window.
  package var reach: Int { dilation * (kernel - 1) + 1 }

  /// The number of windows over `extent` elements, 0 if none fits.
  package func count(over extent: Int) -> Int {
    let room = extent + padding.before + padding.after - reach + (roundsUp ? stride - 1 : 0)
    guard room >= 0 else { return 0 }
    let last = room / stride
    // No window begins in the padding behind the elements.
    return roundsUp && last * stride >= extent + padding.before ? last : last + 1
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
    checkSame(operation)
  }

  /// Stops the program where the padding was given as `same` and the windows have a stride, or are no convolution's.
  package func checkSame(_ operation: some CustomStringConvertible, isConvolution: Bool = true) {
    precondition(
      !isSame || (isConvolution && stride == 1),
      isConvolution
        ? "\(operation): with padding .same the stride is 1, not \(stride)"
        : "\(operation): padding .same is for convolutions; give the numbers")
  }
}
