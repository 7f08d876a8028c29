import Surprisal

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `value` with `digits` decimals.
func show(_ value: Double, _ digits: Int = 6) -> String {
  let factor = pow(10, Double(digits))
  let rounded = (value.magnitude * factor).rounded()
  let whole = (rounded / factor).rounded(.down)
  let rest = String(Int((rounded - whole * factor).rounded()))
  let sign = value < 0 && rounded > 0 ? "-" : ""
  return sign + String(Int(whole)) + "." + String(repeating: "0", count: max(0, digits - rest.count)) + rest
}

/// −Σ p ln p in nats; 0 ln 0 counts as 0.
func entropyInNats(_ p: [Double]) -> Double {
  p.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
}

/// Σ p ln(p / q) in nats; infinite where q = 0 < p.
func klInNats(_ p: [Double], _ q: [Double]) -> Double {
  zip(p, q).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / $1.1) : 0) }
}

/// ln x.
func naturalLog(_ x: Double) -> Double { log(x) }

/// eˣ.
func exponential(_ x: Double) -> Double { exp(x) }

/// The elements of a vector or matrix with six decimals.
func show(_ tensor: Tensor) -> String {
  guard tensor.rank > 0 else { return show(tensor.item) }
  let parts = tensor.rank == 1 ? tensor.scalars(as: Double.self).map { show($0) } : tensor.unstacked().map { show($0) }
  return "(" + parts.joined(separator: ", ") + ")"
}
