import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// What fits take as weights, and as what is known.
struct EventWeightTests {
  /// Rows of vectors have one weight each, not one for each element.
  @Test func vectorsHaveOneWeight() throws {
    func message<Family: RefittableDistribution>(_ member: Family, _ x: Tensor) -> String {
      let error = #expect(throws: SurprisalError.self) {
        try member.refitted(to: x, weights: Tensor(ones: x.shape, dtype: .float64))
      }
      return error.map { "\($0)" } ?? ""
    }
    let shares = Tensor([0.5, 0.25, 0.25, 0.125, 0.25, 0.625, 0.75, 0.125, 0.125], shape: [3, 3])
    let hot = Tensor(identity: 3, dtype: .float64)
    let found = [
      message(try OneHotCategorical(logits: [0, 0, 0]), hot), message(try Dirichlet(concentration: [1, 1, 1]), shares),
      message(try RelaxedCategorical(temperature: 1, logits: [0, 0, 0]), shares),
      message(
        try Multinomial(trials: Tensor(1, dtype: .float64), probabilities: Tensor([0.25, 0.25, 0.5])), hot),
      message(try MultivariateNormal(mean: Tensor([0.0, 0, 0]), covariance: hot), shares),
      message(try DiagonalNormal(mean: Tensor([0.0, 0, 0]), standardDeviations: Tensor([1.0, 1, 1])), shares),
    ]
    for text in found {
      #expect(text.contains("[3, 3]") && text.contains("one for each vector"), "\(text)")
    }
  }

  /// A binomial fit keeps the trials of the member that is refitted.
  @Test func binomialOfKnownTrials() throws {
    let member = try Binomial(trials: 10, probability: 0.5)
    let x = Tensor([1.0, 4, 7])
    let fit = try member.refitted(to: x, weights: Tensor([1.0, 2, 1]))
    #expect(fit.trials.item == 10 && fit.probability.item == 0.4)
    #expect(try Binomial(fitting: x, trials: Tensor(10, dtype: .float64)).probability.item == 0.4)
    let generic: any RefittableDistribution = member
    #expect(try generic.refitted(to: x).mean.item == 4)
    #expect(throws: SurprisalError.self) { try member.refitted(to: Tensor([11.0])) }
  }
}
