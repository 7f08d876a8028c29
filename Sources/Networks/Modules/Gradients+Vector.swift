import SurprisalTensors

/// Gradients as one vector over all parameters. Sums are in float64; two vectors have the same paths in one order.
extension Gradients {
  /// Σ a b.
  func dot(_ other: Gradients) -> Double {
    zip(entries, other.entries).reduce(0) { sum, pair in
      sum + (pair.0.gradient.converted(to: .float64) * pair.1.gradient.converted(to: .float64)).sum().item
    }
  }

  /// Σ |a|.
  func sumOfMagnitudes() -> Double {
    entries.reduce(0) { $0 + $1.gradient.converted(to: .float64).abs().sum().item }
  }

  /// The largest |a|; NaN if there is one, 0 of nothing.
  func largestMagnitude() -> Double {
    entries.filter { $0.gradient.count > 0 }.reduce(0) { largest, entry in
      let magnitude = entry.gradient.abs().max().item
      return magnitude.isNaN || magnitude > largest ? magnitude : largest
    }
  }

  /// a + factor · b.
  func adding(_ other: Gradients, times factor: Double) -> Gradients {
    Gradients(zip(entries, other.entries).map { ($0.path, $0.gradient + factor * $1.gradient) })
  }

  /// a − b.
  func subtracting(_ other: Gradients) -> Gradients {
    Gradients(zip(entries, other.entries).map { ($0.path, $0.gradient - $1.gradient) })
  }

  /// Whether both are of the same parameters.
  func isLike(_ other: Gradients) -> Bool {
    entries.count == other.entries.count
      && zip(entries, other.entries).allSatisfy {
        $0.path == $1.path && $0.gradient.shape == $1.gradient.shape && $0.gradient.dtype == $1.gradient.dtype
      }
  }
}
