/// Colors of charts and pages for light and dark backgrounds.
///
/// The nine colors of components start from Okabe and Ito's set for color blindness (2008), each shifted until
/// it stands out from its background. Charts also number the components, so that color is never the only sign.
enum Palette {
  /// The colors of components on a light background.
  static let light = [
    "#0068b0", "#cf5500", "#00805b", "#b04a86", "#9a6b00", "#2a8fc7", "#6d50a8", "#636a73", "#7c4a1d",
  ]
  /// The same colors on a dark background.
  static let dark = [
    "#55a9ec", "#ff8f52", "#33c79b", "#e592c4", "#e6b62b", "#93d6ff", "#b6a2e2", "#b3b9c1", "#cf9f70",
  ]
  /// The number of different colors; later components start again.
  static var count: Int { light.count }

  /// The style sheet of charts, its variables set on `selector`.
  static func styleSheet(variablesOn selector: String) -> String {
    let lightColors = light.enumerated().reduce("") { $0 + "--c\($1.offset):\($1.element);" }
    let darkColors = dark.enumerated().reduce("") { $0 + "--c\($1.offset):\($1.element);" }
    var sheet = """
      \(selector){color-scheme:light dark;--ink:#1b1f26;--muted:#58606b;--grid:#e4e7ec;--axis:#9aa3ae;\
      --surface:#ffffff;--band:#f4f6f8;--warn:#8a4b00;\(lightColors)}
      @media (prefers-color-scheme:dark){\(selector){--ink:#e8ebf0;--muted:#a4adb9;--grid:#2b313a;\
      --axis:#66707d;--surface:#14171c;--band:#1c2027;--warn:#ffb866;\(darkColors)}}
      .chart{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;\
      font-size:12px;font-variant-numeric:tabular-nums}
      .chart text{fill:var(--ink)}.chart .m{fill:var(--muted)}.chart .h{font-size:13px;font-weight:600}
      .chart .halo{paint-order:stroke;stroke:var(--surface);stroke-width:3px;stroke-linejoin:round;\
      font-weight:700}
      .grid{stroke:var(--grid);stroke-width:1;fill:none}.axis{stroke:var(--axis);stroke-width:1;fill:none}
      .band{fill:var(--band)}.sheet{fill:var(--surface)}

      """
    for index in 0..<count {
      sheet += ".s\(index){stroke:var(--c\(index))}.f\(index){fill:var(--c\(index))}"
    }
    return sheet + "\n"
  }

  /// The class that strokes with the color of `component`.
  static func stroke(_ component: Int) -> String { "s\(component % count)" }
  /// The class that fills with the color of `component`.
  static func fill(_ component: Int) -> String { "f\(component % count)" }

  /// The fallback attribute where style sheets with variables are not understood.
  static func hex(_ component: Int) -> String { light[component % count] }

  /// A mix of the colors of two components, as a style for `property`; `share` belongs to `first`.
  static func mix(_ first: Int, _ second: Int, share: Double, property: String) -> String {
    let percent = Int((share * 100).rounded())
    return "\(property):color-mix(in srgb,var(--c\(first % count)) \(percent)%,var(--c\(second % count)))"
  }
}
