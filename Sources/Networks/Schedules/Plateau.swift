import SurprisalTensors

/// A learning rate that falls when a figure no longer gets better: a factor on the optimizer's.
///
/// After `patience` + 1 figures in a row without one better than the best by `threshold` of it, the factor is
/// multiplied by `reduction`, but not below `lowest`; then `cooldown` figures do not count. The defaults are
/// PyTorch's.
///
/// It is a module: its buffers are what it has seen, so that a checkpoint stores it.
public struct Plateau: Module {
  /// What the factor is multiplied by.
  public var reduction: Double
  /// How many figures in a row may be no better.
  public var patience: Int
  /// A figure is better if it is below best · (1 − threshold), or above best · (1 + threshold).
  public var threshold: Double
  /// How many figures after a reduction do not count.
  public var cooldown: Int
  /// The lowest factor.
  public var lowest: Double
  /// Whether more is better.
  public var isHigherBetter: Bool
  /// The learning rate now, as a factor on the optimizer's.
  public private(set) var factor = 1.0
  /// The best figure so far; the worst possible before the first.
  public private(set) var best: Double
  private var worseInARow = 0
  private var coolingDown = 0

  /// A rule that has seen no figure yet.
  public init(
    reduction: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0, lowest: Double = 0,
    isHigherBetter: Bool = false
  ) {
    self.reduction = reduction
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.lowest = lowest
    self.isHigherBetter = isHigherBetter
    best = isHigherBetter ? -.infinity : .infinity
  }

  /// Takes note of a figure, such as the loss on validation data after an epoch, and returns the factor from now on.
  public mutating func factor(after figure: Double) -> Double {
    if isHigherBetter ? figure > best * (1 + threshold) : figure < best * (1 - threshold) {
      best = figure
      worseInARow = 0
    } else {
      worseInARow += 1
    }
    if coolingDown > 0 {
      coolingDown -= 1
      worseInARow = 0
    }
    if worseInARow > patience {
      factor = max(factor * reduction, lowest)
      coolingDown = cooldown
      worseInARow = 0
    }
    return factor
  }

  /// Shows what it has seen.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.number("factor", &factor)
    try visitor.number("best", &best)
    try visitor.count("worseInARow", &worseInARow)
    try visitor.count("coolingDown", &coolingDown)
  }
}
