/// The exact decimal digits of a finite number: 0.d₁d₂d₃… × 10^exponent.
///
/// Every float64 has a finite decimal expansion (at most 767 digits), so rounding it to any digit is exact
/// and needs neither the C library nor a locale.
struct DecimalExpansion {
  /// The digits 0–9, the first one not 0; empty for zero.
  private(set) var digits: [UInt8] = []
  /// The power of ten of the point in front of the first digit.
  private(set) var exponent = 0

  /// The expansion of |value|; `value` must be finite.
  init(magnitudeOf value: Double) {
    precondition(value.isFinite, "only finite numbers have a decimal expansion")
    guard value != 0 else { return }
    let isNormal = value.exponentBitPattern != 0
    let significand = value.significandBitPattern | (isNormal ? 1 << 52 : 0)
    let power = (isNormal ? Int(value.exponentBitPattern) : 1) - 1075
    // value = significand · 2^power; below one, 2^power = 5^(−power) / 10^(−power).
    var limbs = [UInt32(significand % 1_000_000_000), UInt32(significand / 1_000_000_000)]
    DecimalExpansion.multiply(&limbs, by: power < 0 ? 5 : 2, times: abs(power))
    for limb in limbs.reversed() {
      var divisor: UInt32 = 100_000_000
      while divisor > 0 {
        let digit = UInt8(limb / divisor % 10)
        if digit != 0 || !digits.isEmpty { digits.append(digit) }
        divisor /= 10
      }
    }
    exponent = digits.count + min(power, 0)
    dropTrailingZeros()
  }

  /// Rounds half to even, as `printf` does, so that `count` digits remain behind the point.
  mutating func round(fractionDigits count: Int) { round(keeping: exponent + count) }

  /// Rounds half to even, as `printf` does, so that at most `count` digits remain.
  mutating func round(significantDigits count: Int) { round(keeping: count) }

  /// The digit that stands for 10^power.
  func digit(power: Int) -> UInt8 {
    let index = exponent - 1 - power
    return digits.indices.contains(index) ? digits[index] : 0
  }

  private mutating func round(keeping count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = []
      exponent = 0
      return
    }
    let next = digits[count]
    let isOdd = count > 0 && digits[count - 1] % 2 == 1
    let isUp = next > 5 || (next == 5 && (digits.count > count + 1 || isOdd))
    digits.removeLast(digits.count - count)
    if isUp { increment() }
    dropTrailingZeros()
  }

  private mutating func increment() {
    while let last = digits.last, last == 9 { digits.removeLast() }
    if digits.isEmpty {
      digits = [1]
      exponent += 1
    } else {
      digits[digits.count - 1] += 1
    }
  }

  private mutating func dropTrailingZeros() {
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  /// Multiplies a number of base-10⁹ limbs, lowest first, by factor^times.
  private static func multiply(_ limbs: inout [UInt32], by factor: UInt64, times: Int) {
    var remaining = times
    while remaining > 0 {
      var step: UInt64 = 1
      while remaining > 0 && step < 1 << 28 {
        step *= factor
        remaining -= 1
      }
      var carry: UInt64 = 0
      for index in limbs.indices {
        let product = UInt64(limbs[index]) * step + carry
        limbs[index] = UInt32(product % 1_000_000_000)
        carry = product / 1_000_000_000
      }
      while carry > 0 {
        limbs.append(UInt32(carry % 1_000_000_000))
        carry /= 1_000_000_000
      }
    }
  }
}
