import SurprisalCore
import SurprisalTensors

extension SurprisalError {
  /// A shape that a layer cannot take: which layer, what it takes and what it was given.
  static func shape(
    _ shape: [Int], for layer: String, taking expected: String, remedy: String? = nil
  ) -> SurprisalError {
    SurprisalError(
      .data, "\(layer) takes the shape \(expected), not \(shape)",
      remedy: remedy ?? "give the layer the extents of what comes before it")
  }
}

/// A layer in a line: its type and, where there are any, its extents.
func line(_ type: String, _ parts: String?...) -> String {
  let present = parts.compactMap { $0 }
  return present.isEmpty ? type : "\(type)(\(present.joined(separator: ", ")))"
}

/// `label: value` unless the value is what it is by default.
func part<Value: Equatable>(_ label: String, _ value: Value, unless usual: Value? = nil) -> String? {
  value == usual ? nil : "\(label): \(value)"
}

extension Size2D {
  /// `3` or `3×5`.
  var text: String { height == width ? "\(height)" : "\(height)×\(width)" }
}

extension Padding1D {
  /// `1`, `1…2` or `same`.
  var text: String { isSame ? "same" : before == after ? "\(before)" : "\(before)…\(after)" }
}

extension Padding2D {
  /// `1` or `1×2…0`.
  var text: String { rows == columns ? rows.text : "\(rows.text)×\(columns.text)" }
}

/// The names of the last axes of [batch, channels, …].
func axisNames(_ count: Int) -> String { count == 1 ? "positions" : "height, width" }

/// The numbers of windows over `sizes`; throws a data error that names `layer` where none fits.
func windowCounts(_ windows: [AxisWindows], over sizes: [Int], of shape: [Int], layer: String) throws -> [Int] {
  try zip(windows, sizes).map { windows, size in
    precondition(
      windows.kernel > 0 && windows.stride > 0 && windows.dilation > 0,
      "\(layer): kernel \(windows.kernel), stride \(windows.stride) and dilation \(windows.dilation) must be positive")
    windows.checkSame(layer)
    let count = windows.count(over: size)
    guard count > 0 else {
      throw SurprisalError(
        .data,
        "\(layer) has windows that reach over \(windows.reach) elements, the shape \(shape) has only \(size)"
          + (windows.padding == 0 ? "" : " and \(windows.padding.before + windows.padding.after) of padding"),
        remedy: "use a smaller kernel, more padding or larger inputs")
    }
    return count
  }
}
