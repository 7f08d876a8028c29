/// A chart that a report can hold or that stands as an SVG document of its own.
///
/// Pictures are made from plain values, follow the reader's light or dark setting, need no font or other file, and
/// have the same bytes for the same values. Those of this module are all there are.
public protocol Picture: Sendable {
  /// The drawing of the picture.
  var chart: AnyChart { get }
}

extension Picture {
  /// The picture as an SVG document, as UTF-8 text.
  public func svg() -> String { chart.chart.document() }
}

/// The drawing of a picture, which only this module can make and look into.
public struct AnyChart: Sendable {
  let chart: any Chart

  init(_ chart: any Chart) { self.chart = chart }
}
