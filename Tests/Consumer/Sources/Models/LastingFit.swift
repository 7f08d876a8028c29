import Surprisal

/// A fit that tells of every iteration and ends with `CancellationError` soon after its task is cancelled.
public func fitWatched(
  _ rows: RowMatrix, components: Int, watch: @escaping @Sendable (FitProgress) -> Void
) -> Task<GaussianMixtureFit, any Error> {
  Task {
    try await GaussianMixture.fit(
      rows, configuration: GaussianMixtureConfiguration(components: components), progress: watch)
  }
}
