/// An M-step whose result cannot be the answer: components have shrunk onto too few rows or too few
/// dimensions, where the likelihood has no maximum.
public struct CollapsedComponents: Error, Sendable, Hashable {
  /// One component that collapsed.
  public struct Component: Sendable, Hashable {
    /// Its number, from 0.
    public var index: Int
    /// Its effective rows, Σ w r.
    public var effectiveRows: Double
    /// The smallest eigenvalue of its covariance in units of the columns' standard deviations.
    public var smallestEigenvalue: Double
    /// The columns in which it has no extent, from 0.
    public var columns: [Int]
  }

  /// The components that collapsed.
  public var components: [Component]
}
