#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Temme's expansion for large a and x near a (Temme 1979; DLMF 8.12): with μ = x / a − 1, ½ η² = μ − log(1 + μ) and the
// sign of η that of μ,
//   Q = ½ erfc(η √(a / 2)) + R,  P = ½ erfc(−η √(a / 2)) − R,  R = exp(−½ a η²) / √(2 π a) Σ cₖ(η) a⁻ᵏ.
extension SpecialFunctions {
  /// Whether the expansion holds to the last digits.
  static func gammaIsUniform(_ a: Double, _ x: Double) -> Bool { a > 100 && abs(x - a) < 0.3 * a }

  /// P below the mean and Q above it.
  static func gammaUniform(_ a: Double, _ x: Double) -> (value: Double, isLower: Bool) {
    let u = GammaUniform(a, x)
    let z = u.eta * a.squareRoot()
    let rest = exp(-0.5 * a * u.etaSquare) / (2 * .pi * a).squareRoot() * u.sum
    return u.eta < 0 ? (normalCumulative(z) - rest, true) : (normalCumulative(-z) + rest, false)
  }
}

/// The quantities of the expansion at one place.
struct GammaUniform {
  let a, mu, eta, etaSquare: Double
  /// Σ cₖ(η) a⁻ᵏ and its derivatives by η and by a.
  private(set) var (sum, byEta, byShape) = (0.0, 0.0, 0.0)

  init(_ a: Double, _ x: Double) {
    self.a = a
    mu = (x - a) / a
    etaSquare = -2 * SpecialFunctions.logOnePlusMinus(mu)
    let root = etaSquare.squareRoot()
    eta = mu < 0 ? -root : root
    var power = 1.0
    for (k, row) in GammaUniform.coefficients.enumerated() {
      var (value, slope) = (0.0, 0.0)
      for coefficient in row.reversed() {
        slope = slope * eta + value
        value = value * eta + coefficient
      }
      sum += value * power
      byEta += slope * power
      byShape -= Double(k) * value * power / a
      power /= a
    }
  }

  /// dη/da at fixed x, −μ / (a η).
  var etaByShape: Double { eta == 0 ? -1 / a : -mu / (a * eta) }

  // The coefficients of η⁰, η¹, … in c₀ = 1 / μ − 1 / η and cₖ = c′ₖ₋₁ / η + (−1)ᵏ gₖ / μ, as far as |η| ≤ 0.35 and
  // a ≥ 100 need them; gₖ are those of Stirling's series of Γ.
  private static let coefficients: [[Double]] = [
    [
      -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073, 0.0003527336860670194,
      -0.0001787551440329218, 3.919263178522438e-05, -2.185448510679992e-06, -1.85406221071516e-06,
      8.296711340953087e-07, -1.7665952736826078e-07, 6.707853543401498e-09, 1.0261809784240309e-08,
      -4.382036018453353e-09, 9.14769958223679e-10, -2.5514193994946248e-11, -5.830772132550426e-11,
    ],
    [
      -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596,
      0.00020576131687242798, -4.018775720164609e-07, -1.8098550334489977e-05, 7.64916091608111e-06,
      -1.6120900894563446e-06, 4.647127802807434e-09, 1.378633446915721e-07, -5.752545603517705e-08,
      1.1951628599778148e-08, -1.7543241719747647e-11, -1.0091543710600413e-09,
    ],
    [
      0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-06,
      -0.0001073665322636516, 5.2923448829120125e-05, -1.2760635188618728e-05, 3.423578734096138e-08,
      1.3721957309062934e-06, -6.298992138380055e-07, 1.4280614206064242e-07, -2.0477098421990866e-10,
      -1.409252991086752e-08,
    ],
    [
      0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885,
      -7.561801671883977e-05, -2.396505113867297e-07, 1.1082654115347302e-05, -5.6749528269915965e-06,
      1.4230900732435883e-06, -2.7861080291528143e-11, -1.6958404091930278e-07,
    ],
    [
      -0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902, -1.4638452578843418e-06,
      6.641498215465122e-05, -3.968365047179435e-05, 1.1375726970678419e-05, 2.507497226237533e-10,
      -1.6954149536558305e-06,
    ],
    [
      -0.00033679855336635813, -6.972813758365857e-05, 0.0002772753244959392, -0.00019932570516188847,
      6.797780477937208e-05, 1.419062920643967e-07, -1.3594048189768693e-05,
    ],
    [
      0.0005313079364639922, -0.0005921664373536939, 0.0002708782096718045, 7.902353232660328e-07,
      -8.153969367561969e-05,
    ],
    [0.00034436760689237765],
  ]
}
