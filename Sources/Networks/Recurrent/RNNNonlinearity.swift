import SurprisalTensors

/// The function of a simple recurrent cell.
public enum RNNNonlinearity: String, Sendable, Hashable, CaseIterable {
  /// tanh.
  case tanh
  /// max(x, 0).
  case relu

  var cell: RecurrentCell { self == .tanh ? .tanh : .relu }
}
