/// How probabilities and entropies are estimated from counts.
///
/// n rows, m levels seen out of k; p̂ = count/n. Each estimator gives the value; the interval beside it is the same for
/// all (widened to hold the value) and rests on the nearly unbiased entropy of Chao, Wang and Jost (2013) with its
/// jackknife, joined with a χ²-like interval near independence and near equal probabilities, where the delta method
/// degenerates. The standard error is the delta method's, √(Var(−log p̂)/n + d/2n²), the second term that of χ² with d
/// degrees of freedom.
///
/// Measured on dice, coins, geometric numbers and rounded normals (correlations 0 to 0.99, up to 900 joint levels), at
/// n = 100, 1,000 and 10,000: of 1,000 samples each, at least 938 intervals held the true entropy, joint and
/// conditional entropy and mutual information, cross-entropy and divergences. Not so where a level of an entropy may
/// be missing altogether: with n·p = 1 for the rarest of two levels only 642 did; from n·p = 10 on at least 932. Nor
/// for conditional mutual information and total correlation of three columns with about 2,700 joint levels, where the
/// estimate lies too high: 225 of 300 at worst (independent columns, n = 1,000); with up to 1,300 at least 280. Rows
/// that depend on each other (time series) make every interval too short.
public enum DiscreteEstimator: String, Sendable, Hashable, CaseIterable {
  /// Maximum likelihood: the entropy of p̂. Too small by about (m − 1)/2n (Miller 1955).
  case plugIn = "plug-in"
  /// The plug-in plus its first-order bias (m − 1)/2n for every entropy in the formula (Miller 1955).
  case millerMadow = "Miller–Madow"
  /// Probabilities λ/k + (1 − λ) p̂ of the joint table, with λ the James–Stein weight (Hausser and Strimmer 2009,
  /// equations 4 to 6). Best where rows are few beside the levels.
  case shrinkage = "James–Stein shrinkage"
}
