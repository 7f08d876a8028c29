import CSurprisalKernels
import SurprisalCore

/// The covariance half of a Gaussian mixture's M-step, with its memory kept between calls.
///
/// Given counts n_k > 0 and scatter matrices W_k it finds the Σ_k in the model's class that maximize
/// Q = Σ_k −½ [ n_k ln|Σ_k| + tr(Σ_k⁻¹ W_k) ]. Counts and scatters may contain prior terms; they are taken
/// as positive reals and positive semi-definite matrices. Sources: Celeux and Govaert (1995) for the
/// closed forms; `CovarianceMaximizer+CommonShape` and `+CommonOrientation` for the others.
///
/// Work is done on scatters divided by one even power of two, so entries near 1e±150 stay in range and
/// rescaling all columns by a power of four changes no bit but the exponents. One instance serves one
/// thread at a time.
package final class CovarianceMaximizer {
  /// The covariance model.
  package let model: CovarianceModel
  /// The number of components K.
  package let componentCount: Int
  /// The number of columns D.
  package let columnCount: Int
  /// The numbers per component: D for diagonal models, D² (row-major, symmetric) for full ones.
  package let entryCount: Int
  /// The result Σ_k, `entryCount` numbers for each component.
  package let covariances: UnsafeMutablePointer<Double>
  /// The lower Cholesky factors of the result, or the standard deviations of diagonal models.
  package let factors: UnsafeMutablePointer<Double>
  /// ln|Σ_k| of the result; −∞ where degenerate.
  package let logDeterminants: UnsafeMutablePointer<Double>
  /// Whether Σ_k is singular to rounding or undefined; its numbers are then finite but of no use.
  package let isDegenerate: UnsafeMutablePointer<Bool>
  /// Whether the last call returned `previous`, because nothing in the class was better to rounding.
  package internal(set) var keptPrevious = false
  /// The sweeps or steps of the last call's inner iteration; 0 for closed forms.
  package internal(set) var iterationCount = 0

  /// The scatters divided by `scale`; 0 for components that are left out.
  let scaled: UnsafeMutablePointer<Double>
  /// The counts; 0 for components that are left out.
  let counts: UnsafeMutablePointer<Double>
  /// ln|Σ_k| of the previous covariances divided by `scale`.
  let previousLogDeterminants: UnsafeMutablePointer<Double>
  let previousScaled: UnsafeMutablePointer<Double>
  /// Five D × D matrices for whoever needs them.
  let matrices: UnsafeMutablePointer<Double>
  /// Eight vectors of K, then one K × K matrix twice.
  let componentVectors: UnsafeMutablePointer<Double>
  /// 2·D + D numbers.
  let columnVectors: UnsafeMutablePointer<Double>
  /// Two more sets of the scatters' size (eigenvectors, transformed scatters) and K × D values.
  let extra: UnsafeMutablePointer<Double>
  /// The arrays of EVE's and VVE's descent, kept between calls.
  var orientationDescent: OrientationDescent?
  private let storage: UnsafeMutablePointer<Double>
  private(set) var scale = 1.0

  /// Memory for `model` with K = `components` over D = `columns`, both at least 1.
  package init(model: CovarianceModel, components: Int, columns: Int) {
    precondition(components > 0 && columns > 0, "a mixture needs components and columns")
    self.model = model
    componentCount = components
    columnCount = columns
    entryCount = model.entryCount(columns: columns)
    let set = components * entryCount
    // Diagonal models never work on whole matrices.
    let square = model.isDiagonal ? columns : columns * columns
    let sizes = [
      set, set, components, set, components, components, set, 5 * square,
      8 * components + 2 * components * components, 3 * columns, 2 * set + components * columns,
    ]
    let total = sizes.reduce(0, +)
    storage = UnsafeMutablePointer<Double>.allocate(capacity: total)
    storage.initialize(repeating: 0, count: total)
    var parts: [UnsafeMutablePointer<Double>] = []
    var next = storage
    for size in sizes {
      parts.append(next)
      next += size
    }
    covariances = parts[0]
    factors = parts[1]
    logDeterminants = parts[2]
    scaled = parts[3]
    counts = parts[4]
    previousLogDeterminants = parts[5]
    previousScaled = parts[6]
    matrices = parts[7]
    componentVectors = parts[8]
    columnVectors = parts[9]
    extra = parts[10]
    isDegenerate = UnsafeMutablePointer<Bool>.allocate(capacity: components)
    isDegenerate.initialize(repeating: false, count: components)
  }

  deinit {
    storage.deallocate()
    isDegenerate.deallocate()
  }

  /// Finds the covariances; true if none is degenerate.
  ///
  /// `counts` holds K numbers, `scatters` and `previous` K × `entryCount`. `previous`, if given, must lie
  /// in the model's class: iterative models start there and Q never falls below its value there.
  package func maximize(
    counts: UnsafePointer<Double>, scatters: UnsafePointer<Double>,
    previous: UnsafePointer<Double>? = nil
  ) -> Bool {
    keptPrevious = false
    iterationCount = 0
    let total = load(counts, scatters)
    guard total > 0 else {
      covariances.update(repeating: 0, count: componentCount * entryCount)
      markAllDegenerate()
      finish()
      return false
    }
    var previousObjective = -Double.infinity
    if let previous, model.isIterative { previousObjective = loadPrevious(previous) }
    let hasPrevious = previousObjective > -Double.infinity
    switch model {
    case .eii, .vii, .eei, .evi, .vvi: maximizeDiagonal(total)
    case .eee, .eev, .evv, .vvv: maximizeFull(total)
    case .vei, .vee, .vev: maximizeCommonShape(hasPrevious: hasPrevious)
    case .eve, .vve: maximizeCommonOrientation(hasPrevious: hasPrevious)
    }
    let isSound = finish()
    if isSound, hasPrevious, let previous { keepIfNoBetter(previous, previousObjective, total) }
    return isSound
  }

  func markAllDegenerate() {
    isDegenerate.update(repeating: true, count: componentCount)
  }

  /// Copies counts and scatters, scaled; components without a positive finite count or with an entry
  /// that is not finite are left out. Gives the sum of the counts.
  private func load(_ counts: UnsafePointer<Double>, _ scatters: UnsafePointer<Double>) -> Double {
    var largest = 0.0
    let step = model.isDiagonal ? 1 : columnCount + 1
    for component in 0..<componentCount {
      let scatter = scatters + component * entryCount
      for column in 0..<columnCount {
        let value = scatter[column * step]
        if value > largest, value.isFinite { largest = value }
      }
    }
    let half = largest > 0 ? largest.exponent >> 1 : 0
    scale = Double(sign: .plus, exponent: 2 * half, significand: 1)
    let first = Double(sign: .plus, exponent: -half, significand: 1)
    var total = 0.0
    for component in 0..<componentCount {
      let scatter = scatters + component * entryCount
      let target = scaled + component * entryCount
      let count = counts[component]
      var magnitude = 0.0
      for index in 0..<entryCount {
        let value = scatter[index] * first * first
        target[index] = value
        magnitude += value.magnitude
      }
      let isUsable = count > 0 && count.isFinite && magnitude.isFinite
      if !isUsable { target.update(repeating: 0, count: entryCount) }
      self.counts[component] = isUsable ? count : 0
      // An empty component is no fault where the covariance is shared; an unusable number always is.
      isDegenerate[component] = !isUsable && !(count == 0 && magnitude.isFinite && isShared)
      total += self.counts[component]
    }
    return total.isFinite ? total : 0
  }

  /// Whether one covariance serves all components.
  private var isShared: Bool { model == .eii || model == .eei || model == .eee }

  /// Factors the result, flags what is singular, and undoes the scale; true if nothing is degenerate.
  @discardableResult
  private func finish() -> Bool {
    let root = Double(sign: .plus, exponent: scale.exponent / 2, significand: 1)
    let shift = Double(columnCount) * surprisal_log(scale)
    var isSound = true
    for component in 0..<componentCount {
      let covariance = covariances + component * entryCount
      let factor = factors + component * entryCount
      if isShared, component > 0 {
        covariance.update(from: covariances, count: entryCount)
        factor.update(from: factors, count: entryCount)
        logDeterminants[component] = logDeterminants[0]
        if logDeterminants[0] == -.infinity { isDegenerate[component] = true }
      } else {
        let logDeterminant = Self.factor(
          covariance, into: factor, model.isDiagonal, columnCount)
        if let logDeterminant {
          logDeterminants[component] = logDeterminant + shift
          for index in 0..<entryCount {
            covariance[index] *= scale
            factor[index] *= root
          }
        } else {
          isDegenerate[component] = true
          logDeterminants[component] = -.infinity
          for index in 0..<entryCount {
            let value = covariance[index] * scale
            covariance[index] = value.isFinite ? value : 0
            factor[index] = 0
          }
        }
      }
      if isDegenerate[component] {
        isSound = false
        if !isShared { logDeterminants[component] = -.infinity }
      }
    }
    return isSound
  }

  /// Writes the Cholesky factor (or square roots) and gives the log-determinant; nil if singular.
  static func factor(
    _ covariance: UnsafePointer<Double>, into factor: UnsafeMutablePointer<Double>,
    _ isDiagonal: Bool, _ dimension: Int
  ) -> Double? {
    guard isDiagonal else {
      // A pivot at the level of its own rounding error says nothing about the matrix.
      let passed = Cholesky.factor(
        covariance, into: factor, dimension, tolerance: Double(dimension) * 0x1p-52)
      return passed == dimension ? Cholesky.logDeterminant(factor, dimension) : nil
    }
    var total = 0.0
    for column in 0..<dimension {
      let variance = covariance[column]
      guard variance > 0, variance.isFinite else { return nil }
      factor[column] = variance.squareRoot()
      total += surprisal_log(variance)
    }
    return total
  }
}
