/// Rows of numbers as small images, such as the components' means of a mixture of pictures.
public struct ImageGrid: Picture, Sendable, Hashable {
  /// What stands above the picture.
  public var title: String
  /// What a pixel's shade stands for, such as `p(pixel = 1)`.
  public var unit: String
  /// The name of each image.
  public var names: [String]
  /// The pixels of each image, row by row from the upper left.
  public var images: [[Double]]
  /// The pixels beside each other in an image.
  public var pixelWidth: Int
  /// What the palest and the fullest shade stand for; nil takes the smallest and the largest pixel.
  public var range: ClosedRange<Double>?

  /// Images of `pixelWidth` pixels a row; at most 60 of them are shown.
  public init(
    title: String, unit: String, names: [String], images: [[Double]], pixelWidth: Int,
    range: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.unit = unit
    self.names = names
    self.images = images
    self.pixelWidth = max(1, pixelWidth)
    self.range = range
  }

  /// The side of the square image that `columnCount` columns form, if they form one of at least 6 × 6 pixels.
  public static func side(ofColumns columnCount: Int) -> Int? {
    guard columnCount >= 36, columnCount < 1 << 52 else { return nil }
    let side = Int(Double(columnCount).squareRoot().rounded())
    return side * side == columnCount ? side : nil
  }

  /// The drawing of the picture.
  public var chart: AnyChart { AnyChart(ImageGridDrawing(content: self)) }
}

private struct ImageGridDrawing: Chart {
  let content: ImageGrid
  private static let limit = 60
  /// The most pixels beside each other; larger images are drawn in blocks of several pixels.
  private static let pixelLimit = 64

  private var shown: Int { min(content.images.count, ImageGridDrawing.limit) }
  private var perRow: Int { shown <= 5 ? max(1, shown) : shown <= 10 ? (shown + 1) / 2 : shown <= 21 ? 7 : 10 }
  private var step: Double { min(176, 888 / Double(perRow)) }
  private var side: Double { step - 14 }
  private var longest: Int { content.images.prefix(shown).map(\.count).max() ?? 0 }
  private var pixelWidth: Int { min(content.pixelWidth, max(1, longest)) }
  private var pixelRows: Int { max(1, (longest + pixelWidth - 1) / pixelWidth) }
  private var imageHeight: Double {
    side * min(3, max(1.0 / 3, Double(pixelRows) / Double(pixelWidth)))
  }

  var size: (width: Double, height: Double) {
    let rows = (shown + perRow - 1) / perRow
    return (920, 44 + Double(rows) * (imageHeight + 32) + 30)
  }

  var title: String { content.title }

  var summary: String {
    let which = shown < content.images.count ? "the first \(shown) of \(content.images.count)" : "\(shown)"
    return "Images of \(which), \(pixelWidth) × \(pixelRows) pixels each; \(scale)."
  }

  private var range: ClosedRange<Double> {
    if let range = content.range { return range }
    let finite = content.images.prefix(shown).joined().filter(\.isFinite)
    return (finite.min() ?? 0)...(finite.max() ?? 1)
  }

  private var scale: String {
    let range = range
    let ends = [range.lowerBound, range.upperBound].map { NumberText.general($0, 4) }
    return "shade: \(content.unit) from \(ends[0]) (background) to \(ends[1])"
  }

  func draw(into markup: inout Markup) {
    Drawing.label(title, x: 16, y: 22, width: size.width - 32, style: "h", into: &markup)
    let range = range
    for (index, image) in content.images.prefix(shown).enumerated() {
      let left = 16 + Double(index % perRow) * step
      let top = 56 + Double(index / perRow) * (imageHeight + 32)
      let name = ColumnName.of(index, in: content.names, kind: "image")
      Drawing.label(name, x: left, y: top - 6, width: side, style: "m", into: &markup)
      markup.empty(
        "rect",
        [
          "class": "grid", "x": Drawing.number(left - 0.5), "y": Drawing.number(top - 0.5),
          "width": Drawing.number(side + 1), "height": Drawing.number(imageHeight + 1),
        ])
      Raster(cells: cells(of: image, range: range), isColored: false).draw(
        left: left, top: top, width: side, height: imageHeight, into: &markup)
    }
    let part = shown < content.images.count ? ". Shown are the first \(shown) of \(content.images.count)" : ""
    Drawing.label(scale + part, x: 16, y: size.height - 14, width: size.width - 32, style: "m", into: &markup)
  }

  /// The shades of an image, each cell the mean of a block of pixels where there are many.
  private func cells(of image: [Double], range: ClosedRange<Double>) -> [[Double?]] {
    let width = pixelWidth
    let block = (max(width, pixelRows) + ImageGridDrawing.pixelLimit - 1) / ImageGridDrawing.pixelLimit
    let span = range.upperBound - range.lowerBound
    return stride(from: 0, to: pixelRows, by: block).map { top in
      stride(from: 0, to: width, by: block).map { left -> Double? in
        var sum = 0.0
        var count = 0.0
        for y in top..<min(top + block, pixelRows) {
          for x in left..<min(left + block, width) where image.indices.contains(y * width + x) {
            sum += image[y * width + x]
            count += 1
          }
        }
        let share = (sum / count - range.lowerBound) / span
        return share.isFinite ? max(0, share) : nil
      }
    }
  }
}
