import CSurprisalKernels

/// An array of numbers of any shape: an immutable value that may be shared between threads.
///
/// Copies and views (transposing, slicing, broadcasting, reshaping where possible) share memory. Elements are of one
/// `DType`, `float32` unless said otherwise. Shapes are row-major; a shape of no axes is a single number.
///
/// **Broadcasting.** An operation on two tensors lines up their shapes at the last axis; an axis that is missing or
/// has extent 1 is repeated to match the other, as in NumPy. Two extents that differ and are not 1 are a programmer
/// error, which stops the program with both shapes in its message. Types are promoted in the order of `DType`; a
/// number beside a tensor takes the tensor's type, or `float32` if that holds whole numbers only and the number is
/// not whole.
///
/// **Derivatives.** Inside `valueAndGradient(of:)` operations are recorded on a tape; elsewhere they cost nothing.
public struct Tensor: Sendable {
  var body: TensorBody
  /// Where this value stands on a tape, or nil if no derivative is asked.
  private(set) var node: Node?

  /// The most axes that a tensor may have: as many as the kernels walk.
  public static let maximumRank = Int(SURPRISAL_MAXIMUM_RANK)

  init(_ body: TensorBody, node: Node? = nil) {
    self.body = body
    self.node = node
  }

  /// A new tensor whose elements `write` fills; it gets the memory of `count` elements.
  @inline(__always)
  init(shape: [Int], dtype: DType, write: (UnsafeMutableRawPointer) -> Void) {
    body = TensorBody(shape: shape, dtype: dtype)
    node = nil
    if body.count > 0 { write(body.pointer) }
  }

  /// The extents of the axes.
  public var shape: [Int] { body.shape }
  /// The number of axes.
  public var rank: Int { body.shape.count }
  /// The number of elements.
  public var count: Int { body.count }
  /// The type of the elements.
  public var dtype: DType { body.dtype }
  /// Elements from one index to the next along each axis; 0 where an axis is broadcast.
  public var strides: [Int] { body.strides ?? rowMajorStrides(body.shape) }
  /// Whether the elements lie behind one another in row-major order.
  public var isContiguous: Bool { body.strides == nil }
  /// Whether a tape that is still recording follows this value.
  public var isTracked: Bool { node?.isActive ?? false }

  /// The value one level of derivatives further out: untracked, unless an enclosing derivative follows it.
  var primal: Tensor { Tensor(body, node: node?.outer) }

  /// Takes this value off `tape`.
  package mutating func leave(_ tape: Tape) {
    guard let place = node else { return }
    // The common case without a copy of the tensor: a training step does this to every parameter.
    node = place.tape === tape ? place.outer : place.on(tape) == nil ? place : place.without(tape)
  }

  /// The first element in memory; valid as long as this tensor lives.
  var pointer: UnsafeMutableRawPointer { body.pointer }

  /// This tensor with its elements contiguous in memory: itself if they are.
  public func contiguous() -> Tensor {
    if isContiguous { return self }
    return differentiable(self) {
      Kernels.contiguous($0)
    } pullback: { _, _ in
      { $0 }
    }
  }

  /// The same values on no tape: a constant to every derivative (stop-gradient).
  public func withoutDerivative() -> Tensor { node == nil ? self : Tensor(body) }

  /// The axis that `axis` names: counted from the end if negative.
  func resolved(axis: Int, _ operation: StaticString) -> Int {
    precondition(axis >= -rank && axis < rank, "\(operation): there is no axis \(axis) in the shape \(shape)")
    return axis < 0 ? axis + rank : axis
  }

  /// The named axes without repetition, ascending; all of them if nil.
  func resolved(axes: [Int]?, _ operation: StaticString) -> [Int] {
    guard let axes else { return Array(0..<rank) }
    if axes.count == 1 { return [resolved(axis: axes[0], operation)] }
    let resolved = Set(axes.map { self.resolved(axis: $0, operation) })
    precondition(resolved.count == axes.count, "\(operation): the axes \(axes) name one twice in the shape \(shape)")
    return resolved.sorted()
  }
}
