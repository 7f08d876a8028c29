import SurprisalCore
import SurprisalTensors

/// What the families refuse, before anything is computed with it.
enum Checks {
  /// The common type and shape of parameters.
  ///
  /// - Throws: `usage` with the shapes if they do not broadcast together.
  static func promoted(_ family: String, _ parameters: [(name: String, value: Tensor)]) throws -> [Tensor] {
    let shape = try parameters.dropFirst().reduce(parameters[0].value.shape) { shape, next in
      guard let both = broadcastShape(shape, next.value.shape) else {
        let shapes = parameters.map { "\($0.name) \($0.value.shape)" }.joined(separator: ", ")
        throw SurprisalError(.usage, "\(family): the shapes of \(shapes) do not broadcast together")
      }
      return both
    }
    let dtype = try dtype(family, parameters)
    return parameters.map { parameter in
      let value = parameter.value.converted(to: dtype)
      return value.shape == shape ? value : value.broadcast(to: shape)
    }
  }

  /// float64 if one of the parameters is, else float32.
  ///
  /// - Throws: `usage` for whole numbers that float32 does not hold.
  static func dtype(_ family: String, _ parameters: [(name: String, value: Tensor)]) throws -> DType {
    if parameters.contains(where: { $0.value.dtype == .float64 }) { return .float64 }
    for (name, value) in parameters where !value.dtype.isFloatingPoint {
      let number = value.withoutDerivative().converted(to: .float64)
      try require(
        number.abs() .<= 0x1p24, family, name, number, mustBe: "within ±2²⁴ unless a parameter is of float64")
    }
    return .float32
  }

  /// Every element of `value` fulfills `condition`, booleans of its shape.
  ///
  /// - Throws: `usage` with the first element that does not, its index and what it must be.
  static func require(_ condition: Tensor, _ family: String, _ name: String, _ value: Tensor, mustBe: String) throws {
    if condition.all().item == 1 { return }
    let flags = condition.broadcast(to: value.shape).scalars(as: Bool.self)
    let index = flags.firstIndex(of: false) ?? 0
    let number = value.withoutDerivative().converted(to: .float64).scalars(as: Double.self)[index]
    let place = value.count == 1 ? "" : " at index \(index)"
    throw SurprisalError(.usage, "\(family): \(name) is \(number)\(place), it must be \(mustBe)")
  }

  /// Every element is a finite number.
  static func finite(_ family: String, _ name: String, _ value: Tensor) throws {
    try require(value.abs() .< .infinity, family, name, value, mustBe: "finite")
  }

  /// Every element is finite and above 0.
  static func positive(_ family: String, _ name: String, _ value: Tensor) throws {
    try require((value .> 0) .& (value .< .infinity), family, name, value, mustBe: "above 0 and finite")
  }

  /// Every element is within 0 … 1.
  static func probability(_ family: String, _ name: String, _ value: Tensor) throws {
    try require((value .>= 0) .& (value .<= 1), family, name, value, mustBe: "within 0 … 1")
  }
}
