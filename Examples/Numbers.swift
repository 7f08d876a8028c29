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

/// ln x.
func naturalLog(_ x: Double) -> Double { log(x) }

/// eˣ.
func exponential(_ x: Double) -> Double { exp(x) }

/// cos x.
func cosine(_ x: Double) -> Double { cos(x) }

/// The elements of a vector or matrix with six decimals.
func show(_ tensor: Tensor) -> String {
  guard tensor.rank > 0 else { return show(tensor.item) }
  let parts = tensor.rank == 1 ? tensor.scalars(as: Double.self).map { show($0) } : tensor.unstacked().map { show($0) }
  return "(" + parts.joined(separator: ", ") + ")"
}
