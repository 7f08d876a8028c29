/// Numbers as text, rounded correctly, the same on every machine and in every locale.
public enum NumberText {
  /// `value` with `fractionDigits` digits behind the point, as `printf("%.*f")` writes it.
  public static func fixed(_ value: Double, _ fractionDigits: Int) -> String {
    guard value.isFinite else { return special(value) }
    var expansion = DecimalExpansion(magnitudeOf: value)
    expansion.round(fractionDigits: fractionDigits)
    return sign(value) + plain(expansion, fractionDigits: fractionDigits)
  }

  /// A share of 1 in percent with one digit behind the point: `72.9 %`.
  public static func percent(_ share: Double) -> String { fixed(share * 100, 1) + " %" }

  /// `value` with at most `significantDigits` digits, as `printf("%.*g")` writes it: plain between 10⁻⁴ and
  /// 10^significantDigits, with an exponent elsewhere, without trailing zeros.
  public static func general(_ value: Double, _ significantDigits: Int = 6) -> String {
    guard value.isFinite else { return special(value) }
    var expansion = DecimalExpansion(magnitudeOf: value)
    expansion.round(significantDigits: max(1, significantDigits))
    guard let first = expansion.digits.first else { return sign(value) + "0" }
    let power = expansion.exponent - 1
    if power >= -4 && power < max(1, significantDigits) {
      let fractionDigits = max(0, expansion.digits.count - expansion.exponent)
      return sign(value) + plain(expansion, fractionDigits: fractionDigits)
    }
    var text = sign(value) + String(first)
    if expansion.digits.count > 1 {
      text += "."
      for digit in expansion.digits.dropFirst() { text += String(digit) }
    }
    return text + "e" + (power < 0 ? "-" : "+") + (abs(power) < 10 ? "0" : "") + String(abs(power))
  }

  /// `value` with a comma between thousands: 1,234,567.
  public static func grouped(_ value: Int) -> String {
    var text = ""
    for (index, digit) in String(value.magnitude).reversed().enumerated() {
      if index > 0 && index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + String(text.reversed())
  }

  /// A duration with three significant digits and its unit, from nanoseconds to hours.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite else { return special(seconds) + " s" }
    let size = seconds.magnitude
    if size == 0 { return "0 s" }
    if size < 0.999_5e-6 { return general(seconds * 1e9, 3) + " ns" }
    if size < 0.999_5e-3 { return general(seconds * 1e6, 3) + " µs" }
    if size < 0.999_5 { return general(seconds * 1e3, 3) + " ms" }
    if size < 99.95 { return general(seconds, 3) + " s" }
    guard size < 1e15 else { return general(seconds, 3) + " s" }
    let whole = Int(seconds.rounded())
    if whole.magnitude < 3_600 { return "\(whole / 60) min \(abs(whole % 60)) s" }
    return "\(grouped(whole / 3_600)) h \(abs(whole / 60 % 60)) min"
  }

  private static func sign(_ value: Double) -> String { value.sign == .minus ? "-" : "" }

  private static func special(_ value: Double) -> String {
    value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }

  private static func plain(_ expansion: DecimalExpansion, fractionDigits: Int) -> String {
    var text: [UInt8] = []
    for power in stride(from: max(expansion.exponent - 1, 0), through: 0, by: -1) {
      text.append(48 + expansion.digit(power: power))
    }
    if fractionDigits > 0 {
      text.append(46)
      for power in 1...fractionDigits { text.append(48 + expansion.digit(power: -power)) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
