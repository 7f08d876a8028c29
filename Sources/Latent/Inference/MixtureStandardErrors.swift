/// How the standard errors of a mixture's parameters are found.
public enum StandardErrorMethod: Sendable, Hashable {
  /// From the inverse of −∂²(log p(x | θ) + log p(θ))/∂θ² at the estimate (Louis 1982).
  case observedInformation
  /// From the inverse of Σ w s sᵀ, with s the rows' scores: the same in large samples, and never indefinite.
  case empiricalInformation
  /// The spread of fits to rows drawn with replacement from these (Efron 1979).
  case bootstrap(replicates: Int, seed: UInt64)
  /// The spread of fits to rows drawn from the fitted model, with cells missing where they are in the data.
  case parametricBootstrap(replicates: Int, seed: UInt64)
}

/// The standard errors of a Gaussian mixture's parameters, in the unit of x, components as in the model.
public struct MixtureStandardErrors: Sendable {
  /// One parameter with its standard error.
  public struct Entry: Sendable, Hashable {
    /// Such as `weight 1`, `mean 1 waiting` or `covariance 2 eruptions waiting`.
    public var name: String
    /// The estimate.
    public var estimate: Double
    /// Its standard error.
    public var standardError: Double

    /// estimate ± z standardError, a normal interval of about 95 % at the default z.
    public func interval(_ z: Double = 1.959963984540054) -> ClosedRange<Double> {
      let half = z * standardError.magnitude
      return estimate - half...estimate + half
    }
  }

  /// How they were found.
  public internal(set) var method: StandardErrorMethod
  /// Of the weights, [K].
  public internal(set) var weights: [Double]
  /// Of the means, [K][D].
  public internal(set) var means: [[Double]]
  /// Of the covariances, [K][D][D]; 0 off the diagonal of diagonal models.
  public internal(set) var covariances: [[[Double]]]
  /// Every parameter once: weights, means, and covariances' lower triangles (diagonals of diagonal models).
  public internal(set) var entries: [Entry]
  /// How many bootstrap fits they rest on; 0 for the information methods.
  public internal(set) var replicates = 0
  /// How many bootstrap fits collapsed and were left out.
  public internal(set) var failedReplicates = 0

  /// From the standard errors of θ = (weights, means, covariances) in the model's standardized coordinates.
  init(_ model: GaussianMixture, method: StandardErrorMethod, flat: [Double]) {
    let (K, D) = (model.componentCount, model.columnCount)
    let isDiagonal = model.covarianceModel.isDiagonal
    let scale = model.standardization.scale
    let entryCount = model.covarianceModel.entryCount(columns: D)
    self.method = method
    weights = Array(flat[..<K])
    means = (0..<K).map { k in (0..<D).map { flat[K + k * D + $0] * scale[$0] } }
    covariances = (0..<K).map { k in
      (0..<D).map { i in
        (0..<D).map { j in
          let first = K + K * D + k * entryCount
          if isDiagonal { return i == j ? flat[first + i] * scale[i] * scale[i] : 0 }
          return flat[first + i * D + j] * scale[i] * scale[j]
        }
      }
    }
    entries = []
    for k in 0..<K {
      entries.append(Entry(name: "weight \(k + 1)", estimate: model.weights[k], standardError: weights[k]))
    }
    let (centers, matrices) = (model.means, model.covariances)
    for k in 0..<K {
      for d in 0..<D {
        entries.append(
          Entry(
            name: "mean \(k + 1) \(model.columnNames[d])", estimate: centers[k][d], standardError: means[k][d]))
      }
    }
    for k in 0..<K {
      for i in 0..<D {
        for j in isDiagonal ? i...i : 0...i {
          let names =
            i == j
            ? "variance \(k + 1) \(model.columnNames[i])"
            : "covariance \(k + 1) \(model.columnNames[j]) \(model.columnNames[i])"
          entries.append(
            Entry(name: names, estimate: matrices[k][i][j], standardError: covariances[k][i][j]))
        }
      }
    }
  }
}
