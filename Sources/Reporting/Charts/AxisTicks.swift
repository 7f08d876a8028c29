/// Round numbers along an axis and their labels.
package struct AxisTicks: Sendable, Hashable {
  /// The values that are marked.
  package private(set) var values: [Double] = []
  /// Their labels, with equally many digits behind the point.
  package private(set) var labels: [String] = []
  /// A number to be added to every label, where labels would otherwise need too many digits.
  package private(set) var offset: String?

  /// About `target` ticks at 1, 2 or 5 times a power of ten (or every so many decades) over the scale.
  package init(_ scale: AxisScale, target: Int) {
    if scale.isLogarithmic {
      setDecades(scale.domain, target: max(2, target))
    } else {
      setRound(scale.domain, target: max(2, target))
    }
  }

  /// Whole numbers only, for counts such as components and iterations.
  package init(integersIn scale: AxisScale, target: Int) {
    setRound(scale.domain, target: max(2, target), minimumPower: 0)
  }

  private mutating func setRound(
    _ domain: ClosedRange<Double>, target: Int, minimumPower: Int = .min
  ) {
    let rough = (domain.upperBound - domain.lowerBound) / Double(target)
    guard rough > 0, rough.isFinite else { return }
    var power = max(Int(System.decimalLogarithm(rough).rounded(.down)), minimumPower)
    var multiple = 1.0
    while multiple * AxisTicks.scaled(1, power) < rough * 0.75 {
      switch multiple {
      case 1: multiple = 2
      case 2: multiple = 5
      default:
        multiple = 1
        power += 1
      }
    }
    let step = AxisTicks.scaled(multiple, power)
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let last = (domain.upperBound / step + 1e-9).rounded(.down)
    guard first.magnitude < 1e15, last.magnitude < 1e15, last >= first else { return }
    values = stride(from: first, through: last, by: 1).map { AxisTicks.scaled($0 * multiple, power) }
    setLabels(firstCount: first, multiple: multiple, power: power)
  }

  private mutating func setLabels(firstCount: Double, multiple: Double, power: Int) {
    let size = values.reduce(0) { max($0, $1.magnitude) }
    let leading = size > 0 ? Int(System.decimalLogarithm(size).rounded(.down)) : power
    if leading - power >= 6 {
      offset = AxisTicks.label(values[0], power: power)
      labels = values.indices.map {
        AxisTicks.label(AxisTicks.scaled(Double($0) * multiple, power), power: power)
      }
    } else {
      labels = values.map { AxisTicks.label($0, power: power) }
    }
    labels = labels.map(AxisTicks.withMinus)
    offset = offset.map(AxisTicks.withMinus)
  }

  private mutating func setDecades(_ domain: ClosedRange<Double>, target: Int) {
    let first = Int(System.decimalLogarithm(domain.lowerBound).rounded(.up))
    let last = Int(System.decimalLogarithm(domain.upperBound).rounded(.down))
    guard last >= first else { return }
    let step = max(1, (last - first + target - 1) / target)
    for power in stride(from: first, through: last, by: step) {
      values.append(System.powerOfTen(power))
      labels.append(AxisTicks.decade(power))
    }
  }

  /// `value` × 10^power, rounded once, so that 3 × 10⁻¹ is the double nearest to 0.3.
  private static func scaled(_ value: Double, _ power: Int) -> Double {
    power < 0 && power > -300
      ? value / System.powerOfTen(-power) : value * System.powerOfTen(power)
  }

  private static func label(_ value: Double, power: Int) -> String {
    if value == 0 { return "0" }
    if power >= -6 && value.magnitude < 1e7 { return NumberText.fixed(value, max(0, -power)) }
    let digits = Int(System.decimalLogarithm(value.magnitude).rounded(.down)) - power + 1
    let text = NumberText.general(value, min(max(1, digits), 17))
    guard let mark = text.firstIndex(of: "e") else { return text }
    let exponent = Int(text[text.index(after: mark)...]) ?? 0
    return text[..<mark] + "e\(exponent)"
  }

  /// `label` with a minus sign in place of a hyphen in front.
  private static func withMinus(_ label: String) -> String {
    label.first == "-" ? "−" + label.dropFirst() : label
  }

  /// 10^power as a label: 1, 10, 100, otherwise with a raised exponent.
  private static func decade(_ power: Int) -> String {
    if (0...2).contains(power) { return ["1", "10", "100"][power] }
    let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    let digits = String(abs(power)).compactMap(\.wholeNumberValue).map { raised[$0] }
    return "10" + (power < 0 ? "⁻" : "") + String(digits)
  }
}
