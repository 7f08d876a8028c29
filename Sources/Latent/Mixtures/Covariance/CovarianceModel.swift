/// What the components' covariances share: the fourteen models of Banfield and Raftery (1993), Celeux and
/// Govaert (1995) and Browne and McNicholas (2014), under mclust's names.
///
/// Every covariance is written Σ_k = λ_k D_k A_k D_kᵀ: volume λ_k = |Σ_k|^(1/D), shape A_k diagonal with
/// |A_k| = 1, orientation D_k orthogonal. The three letters say in this order whether volume, shape and
/// orientation are Equal for all components, Vary between them, or are the Identity.
public enum CovarianceModel: String, Sendable, Hashable, CaseIterable {
  /// Spherical, equal volume: λ I.
  case eii = "EII"
  /// Spherical, a volume for each component: λ_k I.
  case vii = "VII"
  /// Diagonal, all equal: λ A.
  case eei = "EEI"
  /// Diagonal, varying volume, equal shape: λ_k A.
  case vei = "VEI"
  /// Diagonal, equal volume, varying shape: λ A_k.
  case evi = "EVI"
  /// Diagonal, nothing shared: λ_k A_k.
  case vvi = "VVI"
  /// Full, one covariance for all: λ D A Dᵀ.
  case eee = "EEE"
  /// Full, varying volume, equal shape and orientation: λ_k D A Dᵀ.
  case vee = "VEE"
  /// Full, equal volume and orientation, varying shape: λ D A_k Dᵀ.
  case eve = "EVE"
  /// Full, varying volume and shape, equal orientation: λ_k D A_k Dᵀ.
  case vve = "VVE"
  /// Full, equal volume and shape, varying orientation: λ D_k A D_kᵀ.
  case eev = "EEV"
  /// Full, varying volume and orientation, equal shape: λ_k D_k A D_kᵀ.
  case vev = "VEV"
  /// Full, equal volume, varying shape and orientation: λ D_k A_k D_kᵀ.
  case evv = "EVV"
  /// Full, nothing shared: Σ_k.
  case vvv = "VVV"

  /// The model called `name`: one of the fourteen names, or `full` (VVV), `tied` (EEE), `diag` (VVI) or
  /// `spherical` (VII), in any case; nil for any other.
  public init?(name: String) {
    let upper = name.uppercased()
    switch upper {
    case "FULL": self = .vvv
    case "TIED": self = .eee
    case "DIAG", "DIAGONAL": self = .vvi
    case "SPHERICAL": self = .vii
    default: self.init(rawValue: upper)
    }
  }

  /// Whether every covariance is diagonal, so that the diagonals of the scatter matrices suffice.
  public var isDiagonal: Bool {
    switch self {
    case .eii, .vii, .eei, .vei, .evi, .vvi: true
    case .eee, .vee, .eve, .vve, .eev, .vev, .evv, .vvv: false
    }
  }

  /// Whether scaling each column by a factor of its own maps the model onto itself.
  ///
  /// The best fit of these models does not depend on the columns' units. The others compare the columns'
  /// variances (EII, VII) or share an orientation or an eigenvalue shape (EVE, VVE, EEV, VEV), which
  /// scaling does not keep.
  public var isScaleEquivariant: Bool {
    switch self {
    case .eei, .vei, .evi, .vvi, .eee, .vee, .evv, .vvv: true
    case .eii, .vii, .eve, .vve, .eev, .vev: false
    }
  }

  /// Whether the maximum has no closed form and is found by iteration inside the M-step.
  public var isIterative: Bool {
    switch self {
    case .vei, .vee, .vev, .eve, .vve: true
    case .eii, .vii, .eei, .evi, .vvi, .eee, .eev, .evv, .vvv: false
    }
  }

  /// The number of free parameters of the covariances of K components over D columns.
  ///
  /// Volumes count 1 or K, shapes D − 1 or K(D − 1), orientations D(D − 1)/2 or K times that
  /// (mclust's `nVarParams`).
  public func parameterCount(components: Int, columns: Int) -> Int {
    let volumes: Int
    switch self {
    case .eii, .eei, .evi, .eee, .eve, .eev, .evv: volumes = 1
    case .vii, .vei, .vvi, .vee, .vve, .vev, .vvv: volumes = components
    }
    let shapes: Int
    switch self {
    case .eii, .vii: shapes = 0
    case .eei, .vei, .eee, .vee, .eev, .vev: shapes = columns - 1
    case .evi, .vvi, .eve, .vve, .evv, .vvv: shapes = components * (columns - 1)
    }
    let angles = columns * (columns - 1) / 2
    let orientations: Int
    switch self {
    case .eii, .vii, .eei, .vei, .evi, .vvi: orientations = 0
    case .eee, .vee, .eve, .vve: orientations = angles
    case .eev, .vev, .evv, .vvv: orientations = components * angles
    }
    return volumes + shapes + orientations
  }

  /// The numbers each component's scatter and covariance takes: D for diagonal models, else D².
  package func entryCount(columns: Int) -> Int { isDiagonal ? columns : columns * columns }
}
