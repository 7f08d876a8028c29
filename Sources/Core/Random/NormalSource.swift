import CSurprisalKernels

/// Standard normal numbers from uniform ones by Box and Muller's transform (1958), two at a time.
package struct NormalSource: Sendable {
  private var spare: Double?

  package init() {}

  /// A number from N(0, 1).
  package mutating func next(using generator: inout RandomGenerator) -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    // 1 − u lies in (0, 1], so the logarithm is finite.
    let radius = (-2 * surprisal_log(1 - generator.nextUniform())).squareRoot()
    let angle = 2 * Double.pi * generator.nextUniform()
    spare = radius * surprisal_sin(angle)
    return radius * surprisal_cos(angle)
  }
}
