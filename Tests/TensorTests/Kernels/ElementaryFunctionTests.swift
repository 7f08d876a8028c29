import CSurprisalKernels
import Foundation
import Testing

/// The float32 functions against Glibc's float64 ones: largest error in units in the last place, and special values.
/// The bounds hold for every instruction set.
@Suite struct ElementaryFunctionTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let operation: surprisal_unary_op
    /// In units in the last place of the float32 result.
    let bound: Double
    let reference: @Sendable (Double) -> Double
    var testDescription: String { name }
  }

  static let functions = [
    Function(name: "exp", operation: SURPRISAL_EXP, bound: 1) { Foundation.exp($0) },
    Function(name: "expm1", operation: SURPRISAL_EXPM1, bound: 1.6) { Foundation.expm1($0) },
    Function(name: "log", operation: SURPRISAL_LOG, bound: 1) { Foundation.log($0) },
    Function(name: "log1p", operation: SURPRISAL_LOG1P, bound: 1.5) { Foundation.log1p($0) },
    Function(name: "sin", operation: SURPRISAL_SIN, bound: 1.6) { Foundation.sin($0) },
    Function(name: "cos", operation: SURPRISAL_COS, bound: 1.6) { Foundation.cos($0) },
    Function(name: "tanh", operation: SURPRISAL_TANH, bound: 1.5) { Foundation.tanh($0) },
    Function(name: "sigmoid", operation: SURPRISAL_SIGMOID, bound: 2.4, reference: sigmoid),
    Function(name: "softplus", operation: SURPRISAL_SOFTPLUS, bound: 2) {
      Foundation.log1p(Foundation.exp(-abs($0))) + max($0, 0)
    },
    Function(name: "erf", operation: SURPRISAL_ERF, bound: 1.6) { Foundation.erf($0) },
    Function(name: "gelu", operation: SURPRISAL_GELU, bound: 5.5) {
      $0 < -40 ? -0.0 : $0 * (0.5 * Foundation.erfc(-$0 * 0.5.squareRoot()))
    },
    Function(name: "silu", operation: SURPRISAL_SILU, bound: 3.2) { $0 < -700 ? -0.0 : $0 * sigmoid($0) },
    Function(name: "sqrt", operation: SURPRISAL_SQRT, bound: 0.5) { $0.squareRoot() },
    Function(name: "rsqrt", operation: SURPRISAL_RSQRT, bound: 1.6) { 1 / $0.squareRoot() },
  ]

  static let sigmoid: @Sendable (Double) -> Double = { x in
    x < 0 ? Foundation.exp(x) / (1 + Foundation.exp(x)) : 1 / (1 + Foundation.exp(-x))
  }

  /// Bit patterns at even steps through all floats (every exponent, both signs, subnormals, infinities, NaN), and a
  /// fine grid where the functions bend.
  static let arguments: [Float] = {
    var values = stride(from: UInt32(0), to: .max - 50_000, by: 19_997).map { Float(bitPattern: $0) }
    values += (-200_000...200_000).map { Float($0) * 1e-4 }
    values += (-100_000...100_000).map { Float($0) * 1.3e-5 }
    values += [0, -0.0, .infinity, -.infinity, .nan, 1, -1, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    return values
  }()

  static func apply(_ operation: surprisal_unary_op, _ values: [Float], _ p: Double = 0) -> [Float] {
    [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
      surprisal_unary(operation, SURPRISAL_FLOAT32, values.count, values, buffer.baseAddress, p, 0)
      count = values.count
    }
  }

  static func apply(_ operation: surprisal_unary_op, _ values: [Double], _ p: Double = 0) -> [Double] {
    [Double](unsafeUninitializedCapacity: values.count) { buffer, count in
      surprisal_unary(operation, SURPRISAL_FLOAT64, values.count, values, buffer.baseAddress, p, 0)
      count = values.count
    }
  }

  static func error(_ value: Float, _ reference: Double) -> Double {
    if value == Float(reference) || (value.isNaN && reference.isNaN) { return 0 }
    // Between the largest float and infinity, either is within a unit.
    if value.isInfinite && abs(reference) > 0.99999 * Double(Float.greatestFiniteMagnitude) { return 0 }
    let unit = Swift.max(Double(Float(abs(reference)).ulp), Double(Float.leastNonzeroMagnitude))
    let difference = abs(Double(value) - reference)
    return difference.isNaN ? .infinity : difference / unit
  }

  @Test(arguments: functions) func `float32 within its bound`(_ function: Function) {
    let values = Self.apply(function.operation, Self.arguments)
    var worst = (error: 0.0, argument: Float(0))
    for (x, y) in zip(Self.arguments, values) {
      let error = Self.error(y, function.reference(Double(x)))
      if error > worst.error { worst = (error, x) }
    }
    #expect(worst.error <= function.bound, "\(worst.error) ulp at \(worst.argument)")
  }

  @Test(arguments: functions) func `float64 near the C library`(_ function: Function) {
    let arguments = (-3_000...3_000).map { Double($0) * 0.0137 } + [0, 1e-12, -1e-12, 1e-300, 700, -700, .infinity]
    let values = Self.apply(function.operation, arguments)
    for (x, y) in zip(arguments, values) {
      let expected = function.reference(x)
      if y == expected || (y.isNaN && expected.isNaN) { continue }
      #expect(abs(y - expected) <= 8 * expected.ulp, "\(function.name)(\(x)) = \(y), not \(expected)")
    }
  }

  @Test func `signed zeros, infinities and NaN`() {
    let odd = [
      SURPRISAL_EXPM1, SURPRISAL_LOG1P, SURPRISAL_SIN, SURPRISAL_TANH, SURPRISAL_ERF, SURPRISAL_NEGATE,
    ]
    for operation in odd {
      let zeros = Self.apply(operation, [Float(0), -0.0])
      let negated = operation == SURPRISAL_NEGATE
      #expect(zeros == [0, 0] && zeros[0].sign == (negated ? .minus : .plus) && zeros[1].sign != zeros[0].sign)
    }
    for function in Self.functions {
      #expect(Self.apply(function.operation, [Float.nan, 1])[0].isNaN, "\(function.name)")
      #expect(Self.apply(function.operation, [Double.nan, 1])[0].isNaN, "\(function.name)")
    }
    let infinities: [Float] = [.infinity, -.infinity]
    #expect(Self.apply(SURPRISAL_EXP, infinities) == [.infinity, 0])
    #expect(Self.apply(SURPRISAL_EXPM1, infinities) == [.infinity, -1])
    #expect(Self.apply(SURPRISAL_TANH, infinities) == [1, -1])
    #expect(Self.apply(SURPRISAL_SIGMOID, infinities) == [1, 0])
    #expect(Self.apply(SURPRISAL_SOFTPLUS, infinities) == [.infinity, 0])
    #expect(Self.apply(SURPRISAL_GELU, infinities) == [.infinity, 0])
    #expect(Self.apply(SURPRISAL_SILU, infinities) == [.infinity, 0])
    #expect(Self.apply(SURPRISAL_GELU_TANH, infinities) == [.infinity, 0])
    #expect(Self.apply(SURPRISAL_LOG, [0, -0.0, .infinity] as [Float]) == [-.infinity, -.infinity, .infinity])
    #expect(Self.apply(SURPRISAL_LOG1P, [-1, .infinity] as [Float]) == [-.infinity, .infinity])
    #expect(Self.apply(SURPRISAL_LOG, [-1, -.infinity] as [Float]).allSatisfy { $0.isNaN })
    #expect(Self.apply(SURPRISAL_SIN, infinities).allSatisfy { $0.isNaN })
  }

  /// C's pow for every pair of special values, and one unit elsewhere.
  @Test func `power like the C library's`() {
    let bases: [Float] = [
      0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3.7, -3.7, .infinity, -.infinity, .nan, .leastNormalMagnitude / 128, 3e38,
    ]
    let exponents: [Double] = [0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 2.5, 101, -101, .infinity, -.infinity, .nan]
    for exponent in exponents {
      let values = Self.apply(SURPRISAL_POWER_NUMBER, bases, exponent)
      for (x, y) in zip(bases, values) {
        #expect(Self.error(y, pow(Double(x), exponent)) <= 1.5, "\(x) to \(exponent) is \(y)")
      }
    }
  }

  /// A value does not depend on how many stand beside it, from one element to more than a vector.
  @Test(arguments: functions) func `every count gives the same values`(_ function: Function) {
    let arguments = (0..<67).map { Float($0) * 0.21 - 5.3 }
    let all = Self.apply(function.operation, arguments).map(\.bitPattern)
    for count in 1...67 {
      let some = Self.apply(function.operation, Array(arguments[..<count])).map(\.bitPattern)
      #expect(some == Array(all[..<count]))
    }
  }

  /// ψ(1) = -γ, ψ(1/2) = -γ - 2 ln 2, ψ(-1/2) = ψ(1/2) + 2, ψ′(1) = π²/6, ψ′(1/2) = π²/2, ψ″(1) = -2 ζ(3),
  /// lnΓ(1/2) = ln √π.
  @Test func `gamma's logarithm and its derivatives at known points`() {
    let euler = 0.577_215_664_901_532_9
    let digamma = Self.apply(SURPRISAL_DIGAMMA, [1, 0.5, -0.5, 1.461_632_144_968_362_2])
    let expected = [-euler, -euler - 2 * Foundation.log(2.0), 2 - euler - 2 * Foundation.log(2.0), 0]
    for (value, exact) in zip(digamma, expected) { #expect(abs(value - exact) < 1e-14) }
    let first = Self.apply(SURPRISAL_POLYGAMMA, [1.0, 0.5, 0], 1)
    #expect(abs(first[0] - Double.pi * .pi / 6) < 1e-14)
    #expect(abs(first[1] - Double.pi * .pi / 2) < 1e-14)
    #expect(first[2] == .infinity)
    #expect(abs(Self.apply(SURPRISAL_POLYGAMMA, [1.0], 2)[0] + 2 * 1.202_056_903_159_594_2) < 1e-14)
    #expect(abs(Self.apply(SURPRISAL_LGAMMA, [0.5])[0] - 0.5 * Foundation.log(Double.pi)) < 1e-15)
    #expect(Self.apply(SURPRISAL_DIGAMMA, [-3.0, .nan]).allSatisfy { $0.isNaN })
  }
}
