import CSurprisalKernels

extension Tensor {
  /// The sum of products that an equation names (Einstein's summation convention).
  ///
  ///     Tensor.einsum("ij,jk->ik", a, b)           // matrix product
  ///     Tensor.einsum("bhqd,bhkd->bhqk", q, k)     // scores of attention
  ///     Tensor.einsum("ii->", a)                   // trace
  ///     Tensor.einsum("...ij,...kj->...ik", a, b)  // over any leading axes
  ///
  /// Each letter is an axis. A letter that is not in the output is summed over; one that is twice in an operand takes
  /// its diagonal. `...` stands for any number of axes, lined up at the last one. Without `->` the output has the
  /// ellipsis and then the letters that appear once, in alphabetical order. Axes of one letter have one extent; in
  /// another operand an extent of 1 is repeated to match. Operands are contracted from the left by batched matrix
  /// products; types are promoted. Whole numbers are multiplied and summed in their own type (bool as uint8) and wrap
  /// around, as in `matmul(_:)`. An equation that does not fit the operands is a programmer error.
  public static func einsum(_ equation: String, _ operands: Tensor...) -> Tensor { einsum(equation, operands) }

  /// The sum of products that an equation names; see the form with single operands.
  public static func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
    let (inputs, output) = EinsumEquation(equation).axes(of: operands)
    let dtype = operands.reduce(DType.uint8) { Swift.max($0, $1.dtype) }
    for (operand, axes) in zip(operands, inputs) {
      for (axis, extent) in zip(axes, operand.shape) {
        precondition(
          axes.firstIndex(of: axis).map { operand.shape[$0] } == extent,
          "einsum: \"\(equation)\" has one letter for different extents of \(operand.shape) in"
            + " \(operands.map(\.shape))")
      }
    }
    var terms = zip(operands, inputs).map { EinsumTerm($0.converted(to: dtype), $1) }
    // An axis of extent 1 where another operand has more elements is repeated by leaving it out.
    for axis in Set(inputs.joined()) {
      let extent = terms.reduce(1) { $0 == 1 ? $1.extent(of: axis) ?? 1 : $0 }
      for index in terms.indices {
        guard let own = terms[index].extent(of: axis), own != extent else { continue }
        precondition(
          own == 1, "einsum: \"\(equation)\" has one letter for different extents in \(operands.map(\.shape))")
        terms[index] = terms[index].removing(axis)
      }
    }
    var result = terms[0]
    for next in terms.indices.dropFirst() {
      let kept = Set(output).union(terms[(next + 1)...].flatMap { $0.axes })
      result = result.contracted(with: terms[next], keeping: kept)
    }
    return result.summed(keeping: Set(output)).ordered(output)
  }
}

/// An operand of an einsum: a tensor whose axes have names.
private struct EinsumTerm {
  var tensor: Tensor
  var axes: [Character]

  /// Takes the diagonal of every name that is there more than once.
  init(_ tensor: Tensor, _ axes: [Character]) {
    (self.tensor, self.axes) = (tensor, axes)
    while let second = self.axes.indices.first(where: { self.axes[..<$0].contains(self.axes[$0]) }),
      let first = self.axes.firstIndex(of: self.axes[second])
    {
      let name = self.axes[second]
      self.tensor = self.tensor.diagonal(alongAxes: (first, second))
      self.axes.remove(at: second)
      self.axes.remove(at: first)
      self.axes.append(name)
    }
  }

  func extent(of axis: Character) -> Int? { axes.firstIndex(of: axis).map { tensor.shape[$0] } }

  /// Without an axis of extent 1.
  func removing(_ axis: Character) -> EinsumTerm {
    EinsumTerm(
      tensor.squeezing(axes: axes.indices.filter { axes[$0] == axis }), axes.filter { $0 != axis })
  }

  /// Summed over all axes but those.
  func summed(keeping kept: Set<Character>) -> EinsumTerm {
    let removed = axes.indices.filter { !kept.contains(axes[$0]) }
    if removed.isEmpty { return self }
    // Whole numbers in their own type, unlike `sum`.
    let sum =
      tensor.dtype.isFloatingPoint
      ? tensor.sum(alongAxes: removed)
      : Kernels.reduce(SURPRISAL_SUM, tensor, axes: removed, keepingAxes: false)
    return EinsumTerm(sum, axes.filter(kept.contains))
  }

  /// The axes in the given order, which names each once.
  func ordered(_ order: [Character]) -> Tensor {
    order == axes ? tensor : tensor.permuted(order.compactMap { axes.firstIndex(of: $0) })
  }

  /// The product with another operand, summed over the common axes that are not kept.
  func contracted(with other: EinsumTerm, keeping kept: Set<Character>) -> EinsumTerm {
    let a = summed(keeping: kept.union(other.axes))
    let b = other.summed(keeping: kept.union(axes))
    let common = a.axes.filter(b.axes.contains)
    let batch = common.filter(kept.contains)
    let inner = common.filter { !kept.contains($0) }
    let rows = a.axes.filter { !common.contains($0) }
    let columns = b.axes.filter { !common.contains($0) }
    func extents(_ axes: [Character], of term: EinsumTerm) -> [Int] { axes.compactMap(term.extent) }
    let batchShape = extents(batch, of: a)
    let rowShape = extents(rows, of: a)
    let columnShape = extents(columns, of: b)
    let left = a.ordered(batch + rows + inner)
    let right = b.ordered(batch + inner + columns)
    let names = batch + rows + columns
    if inner.isEmpty {
      // Nothing is summed: a product by broadcasting.
      let wide = left.reshaped(to: batchShape + rowShape + columnShape.map { _ in 1 })
      return EinsumTerm(wide * right.reshaped(to: batchShape + rowShape.map { _ in 1 } + columnShape), names)
    }
    func product(_ shape: [Int]) -> Int { shape.reduce(1, *) }
    let count = product(extents(inner, of: a))
    let leading = batch.isEmpty ? [] : [product(batchShape)]
    let value = left.reshaped(to: leading + [product(rowShape), count])
      .matmul(right.reshaped(to: leading + [count, product(columnShape)]))
    return EinsumTerm(value.reshaped(to: batchShape + rowShape + columnShape), names)
  }
}
