/// A picture in a page, with what stands around it.
public struct ReportFigure: Sendable {
  /// The heading above the picture; without one it belongs to the heading before.
  public var heading: String?
  /// The picture.
  public var picture: any Picture
  /// A sentence below the picture.
  public var note: String?
  /// A list that the reader can unfold, below the note: its name and its lines.
  public var details: Details?

  /// A list that is folded away until the reader asks for it.
  public struct Details: Sendable, Hashable {
    /// What the list holds.
    public var summary: String
    /// Its lines; a page lists the first fifty.
    public var lines: [String]

    /// A list of `lines`.
    public init(_ summary: String, lines: [String]) {
      self.summary = summary
      self.lines = lines
    }
  }

  /// A picture under a heading.
  public init(_ heading: String?, _ picture: some Picture, note: String? = nil, details: Details? = nil) {
    self.heading = heading
    self.picture = picture
    self.note = note
    self.details = details
  }

  func write(into main: inout Markup) {
    if let heading { main.element("h2", [:], heading) }
    main.append(picture.chart.chart.figure())
    if let note { main.element("p", ["class": "note"], note) }
    guard let details else { return }
    main.element("details") { box in
      box.element("summary", [:], details.summary)
      box.element("ul") { list in
        for line in details.lines.prefix(50) { list.element("li", [:], line) }
      }
    }
  }
}
