import SurprisalTensors

/// What is done to gradients before a step, as a value.
public enum GradientTransform: Sendable, Hashable, Codable {
  /// Scales all gradients together so that their norm is at most this (Pascanu, Mikolov and Bengio 2013,
  /// algorithm 1).
  case clipNorm(Double)
  /// Brings every element into −limit … limit.
  case clipValue(Double)
  /// Leaves out parameters by path; see `ParameterGroup.pattern`.
  case freeze(String)
}

extension Gradients {
  /// These gradients after `transforms`, one after another.
  public func applying(_ transforms: [GradientTransform]) -> Gradients {
    transforms.reduce(self) { gradients, transform in
      switch transform {
      case .clipNorm(let limit): gradients.clipped(toNorm: limit)
      case .clipValue(let limit): gradients.clipped(toValue: limit)
      case .freeze(let pattern): gradients.freezing(pattern)
      }
    }
  }

  /// Scaled by limit / norm if the norm over all gradients is above `limit`, else as they are. Of a norm that is not
  /// finite nothing is scaled: the loss was not finite either, and whoever trains must see it.
  ///
  /// PyTorch divides by norm + 1e-6; here the norm becomes the limit.
  public func clipped(toNorm limit: Double) -> Gradients { clipped(toNorm: limit, of: norm()) }

  /// Scaled by limit / norm for a norm that is known already.
  public func clipped(toNorm limit: Double, of norm: Double) -> Gradients {
    norm > limit && norm.isFinite ? scaled(by: limit / norm) : self
  }

  /// Every element brought into −limit … limit; NaN stays NaN.
  public func clipped(toValue limit: Double) -> Gradients { mapValues { $0.clamped(to: -limit...limit) } }

  /// Without the parameters whose path `pattern` is in; see `ParameterGroup.pattern`.
  public func freezing(_ pattern: String) -> Gradients {
    Gradients(entries.filter { !matches(pattern, in: $0.path) })
  }

  /// Each times `factor`.
  public func scaled(by factor: Double) -> Gradients { mapValues { $0 * factor } }

  /// Adds the gradients of the same parameters, as for a batch in parts; a parameter that only one has keeps its own.
  public static func += (sum: inout Gradients, other: Gradients) {
    if sum.entries.isEmpty {
      sum = other
      return
    }
    sum.add(other)
  }

  /// Adds `weight` times the gradients of a part of a batch.
  ///
  /// ```swift
  /// var total = Gradients()
  /// for part in parts { total.accumulate(gradients(of: part), weight: Double(part.count) / Double(batch.count)) }
  /// ```
  public mutating func accumulate(_ part: Gradients, weight: Double = 1) {
    self += weight == 1 ? part : part.scaled(by: weight)
  }
}
