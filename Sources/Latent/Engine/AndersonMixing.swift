/// Anderson mixing of a fixed-point map g: the combination of the last iterates whose residual g(x) − x is
/// smallest proposes the next point (Anderson 1965; Walker and Ni 2011, type II).
///
/// The proposal goes at most `reach` residuals beyond the plain step; the reach grows with every step that is
/// accepted and shrinks with every one that is refused, so that far from the limit few steps are lost.
struct AndersonMixing {
  private let depth: Int
  private var reach = 4.0
  private var lastPoint: [Double] = []
  private var lastResidual: [Double] = []
  private var lastImage: [Double] = []
  private var residualSteps: [[Double]] = []
  private var imageSteps: [[Double]] = []

  init(depth: Int) { self.depth = depth }

  /// The last proposal raised the objective.
  mutating func accept() { reach = min(1e6, reach * 2) }

  /// The last proposal was refused.
  mutating func refuse() { reach = max(0.5, reach / 8) }

  /// The point to try after g(`point`) = `image`; nil while there is no history.
  ///
  /// `metric` weighs the coordinates of the residual.
  mutating func proposal(point: [Double], image: [Double], metric: [Double]) -> [Double]? {
    let residual = zip(image, point).map { $0 - $1 }
    defer {
      lastPoint = point
      lastResidual = residual
      lastImage = image
    }
    guard lastPoint.count == point.count else { return nil }
    residualSteps.append(zip(residual, lastResidual).map { $0 - $1 })
    imageSteps.append(zip(image, lastImage).map { $0 - $1 })
    if residualSteps.count > depth {
      residualSteps.removeFirst()
      imageSteps.removeFirst()
    }
    guard let mixture = coefficients(residual, metric) else { return nil }
    var change = [Double](repeating: 0, count: image.count)
    for (step, factor) in zip(imageSteps, mixture) {
      for index in change.indices { change[index] -= factor * step[index] }
    }
    let length = norm(weigh(change, metric))
    let limit = reach * norm(weigh(residual, metric))
    let damping = length > limit ? limit / length : 1
    let proposal = zip(image, change).map { $0 + damping * $1 }
    return proposal.allSatisfy(\.isFinite) ? proposal : nil
  }

  /// The γ that minimizes |residual − Σ γ_j Δresidual_j| in the metric, by modified Gram–Schmidt; directions
  /// that are nearly dependent get no weight.
  private func coefficients(_ residual: [Double], _ metric: [Double]) -> [Double]? {
    let count = residualSteps.count
    var target = weigh(residual, metric)
    var basis: [[Double]] = []
    var triangle = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    var projections = [Double](repeating: 0, count: count)
    var isUsed = [Bool](repeating: false, count: count)
    // Newest first: the oldest steps are the ones to leave out.
    let order = Array((0..<count).reversed())
    for (position, column) in order.enumerated() {
      var vector = weigh(residualSteps[column], metric)
      let length = norm(vector)
      for earlier in 0..<position where isUsed[earlier] {
        let overlap = dot(basis[earlier], vector)
        triangle[earlier][position] = overlap
        for index in vector.indices { vector[index] -= overlap * basis[earlier][index] }
      }
      let rest = norm(vector)
      isUsed[position] = rest > 1e-8 * length && rest > 0
      if isUsed[position] {
        for index in vector.indices { vector[index] /= rest }
        triangle[position][position] = rest
        projections[position] = dot(vector, target)
        for index in target.indices { target[index] -= projections[position] * vector[index] }
      }
      basis.append(vector)
    }
    guard isUsed.contains(true) else { return nil }
    var solution = [Double](repeating: 0, count: count)
    for position in (0..<count).reversed() where isUsed[position] {
      var value = projections[position]
      for later in (position + 1)..<max(count, position + 1) where isUsed[later] {
        value -= triangle[position][later] * solution[order[later]]
      }
      solution[order[position]] = value / triangle[position][position]
    }
    return solution
  }

  private func weigh(_ vector: [Double], _ metric: [Double]) -> [Double] {
    metric.isEmpty ? vector : zip(vector, metric).map { $0 * $1 }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var total = 0.0
    for index in a.indices { total += a[index] * b[index] }
    return total
  }

  private func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
}
