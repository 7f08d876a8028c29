/// A picture with a size, a title and a description in words.
protocol Chart: Sendable {
  /// The size in CSS pixels at full scale.
  var size: (width: Double, height: Double) { get }
  /// What the picture shows, in a few words.
  var title: String { get }
  /// What can be seen in it, for readers who cannot see it.
  var summary: String { get }
  /// Draws it with its upper left corner at the origin.
  func draw(into markup: inout Markup)
}

extension Chart {
  /// The chart within an HTML page, whose style sheet holds the variables; on narrow screens it scrolls by
  /// itself, so that its text stays legible.
  func figure() -> Markup {
    var markup = Markup()
    markup.element("figure", ["class": "scroll"]) { $0.append(inlineMarkup()) }
    return markup
  }

  /// The width at which pages show charts at full scale; narrower ones are not stretched to it.
  private static var pageWidth: Double { 920 }

  private func inlineMarkup() -> Markup {
    var markup = Markup()
    let box = "0 0 \(Drawing.number(size.width)) \(Drawing.number(size.height))"
    let (width, height) = (Drawing.number(size.width), Drawing.number(size.height))
    func write(_ markup: inout Markup) {
      markup.element("desc", [:], title + ". " + summary)
      draw(into: &markup)
    }
    if size.width >= Self.pageWidth {
      markup.element(
        "svg",
        ["class": "chart", "viewBox": box, "width": width, "height": height, "role": "img", "aria-label": title],
        write)
    } else {
      markup.element(
        "svg",
        [
          "class": "chart", "viewBox": box, "width": width, "height": height, "role": "img", "aria-label": title,
          "style": "width:\(width)px;min-width:0",
        ], write)
    }
    return markup
  }

  /// The chart as a document of its own.
  func document() -> String {
    var markup = Markup()
    markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "chart",
        "viewBox": "0 0 \(Drawing.number(size.width)) \(Drawing.number(size.height))",
        "width": Drawing.number(size.width), "height": Drawing.number(size.height), "role": "img",
        "aria-label": title,
      ]
    ) { markup in
      markup.element("title", [:], title)
      markup.element("desc", [:], summary)
      markup.style(Palette.styleSheet(variablesOn: ".chart"))
      markup.empty("rect", ["class": "sheet", "width": "100%", "height": "100%", "rx": "6"])
      draw(into: &markup)
    }
    return markup.text
  }
}
