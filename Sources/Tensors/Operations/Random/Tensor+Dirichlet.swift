import SurprisalCore

extension Tensor {
  /// Gamma numbers of the concentrations, each divided by the sum of those along the last axis.
  ///
  /// - Parameter concentrations: [..., K] with K ≥ 1, of which one of each row is large enough that its number is not 0.
  /// - Returns: numbers of float64 on no tape.
  package static func dirichlet(concentrations: Tensor, using generator: inout RandomGenerator) -> Tensor {
    let drawn = Kernels.gamma(concentrations.withoutDerivative(), logarithms: false, using: &generator)
    guard let width = drawn.shape.last, drawn.count > 0 else { return drawn }
    // Nobody else has yet seen this memory, and each piece changes its own rows.
    nonisolated(unsafe) let start = drawn.pointer.assumingMemoryBound(to: Double.self)
    let rows = drawn.count / width
    let piece = Swift.max(1, Kernels.randomPiece / width)
    parallelFor(count: (rows + piece - 1) / piece, threads: Threads.resolve(nil)) { index in
      for row in index * piece..<Swift.min(rows, (index + 1) * piece) {
        let numbers = start + row * width
        var sum = 0.0
        for place in 0..<width { sum += numbers[place] }
        for place in 0..<width { numbers[place] /= sum }
      }
    }
    return withExtendedLifetime(drawn) { drawn }
  }
}
