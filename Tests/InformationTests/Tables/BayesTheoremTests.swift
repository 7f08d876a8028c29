import Foundation
import SurprisalCore
import SurprisalInformation
import Testing

/// Bayes' theorem on tables: the products and quotients themselves, extremes, and what is refused.
@Suite struct BayesTheoremTests {
  @Test func productsAndQuotients() throws {
    let prior = [0.2, 0.5, 0.3]
    let likelihood = [[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25]]
    for outcome in 0..<3 {
      let result = try BayesTheorem(prior: prior, likelihood: likelihood, observed: outcome)
      let joint = (0..<3).map { prior[$0] * likelihood[$0][outcome] }
      let evidence = joint.reduce(0, +)
      #expect(abs(result.evidence - evidence) < 1e-15)
      for h in 0..<3 {
        #expect(abs(result.joint[h] - joint[h]) < 1e-15)
        #expect(abs(result.posterior[h] - joint[h] / evidence) < 1e-15)
        #expect(abs(result.posteriorSurprisal[h].bits + log2(joint[h] / evidence)) < 1e-13)
        #expect(abs(result.priorSurprisal[h].nats + log(prior[h])) < 1e-14)
        let sum = result.priorSurprisal[h].nats - log(likelihood[h][outcome]) - result.evidenceSurprisal.nats
        #expect(abs(sum - result.posteriorSurprisal[h].nats) < 1e-14)
      }
      let gain = try Information.klDivergence(result.posterior, result.prior)
      #expect(abs(gain.nats - result.informationGain.nats) < 1e-13)
    }
  }

  @Test func aTestForARareIllness() throws {
    let result = try BayesTheorem(prior: [0.9985, 0.0015], likelihood: [[0.99, 0.01], [0, 1]], observed: 1)
    #expect(abs(result.evidence - 0.011485) < 1e-16)
    #expect(abs(result.posterior[1] - 0.0015 / 0.011485) < 1e-15)
    #expect(abs(try result.updated(likelihoods: [0.03, 0.98]).posterior[1] - 0.8307196744935154) < 1e-14)
    let negative = try BayesTheorem(prior: [0.9985, 0.0015], likelihood: [[0.99, 0.01], [0, 1]], observed: 0)
    #expect(negative.posterior == [1, 0])
    #expect(negative.posteriorSurprisal[1].nats == .infinity && negative.posteriorSurprisal[0].nats == 0)
  }

  /// Products that float64 cannot hold, subnormal numbers, and surprisals of what is nearly certain.
  @Test func extremes() throws {
    let tiny = try BayesTheorem(prior: [1 - 1e-16, 0x1p-1063], likelihoods: [0x1p-1063, 0.5])
    #expect(abs(tiny.posterior[0] - 1 / 1.5) < 1e-3)
    let small = try BayesTheorem(prior: [0.5, 0.5, 0], likelihoods: [1e-300, 3e-300, 1])
    #expect(abs(small.posterior[1] - 0.75) < 1e-12 && small.posterior[2] == 0)
    let squared = try BayesTheorem(prior: [1e-200, 1], likelihoods: [1e-200, 0])
    #expect(squared.posterior == [1, 0] && squared.evidence == 0)
    #expect(abs(squared.evidenceSurprisal.nats - 400 * log(10)) < 1e-11)
    let certain = try BayesTheorem(prior: [0.5, 0.5], likelihoods: [1, 1e-30])
    #expect(abs(certain.posteriorSurprisal[0].nats / 1e-30 - 1) < 1e-13)
    let density = try BayesTheorem(prior: [0.5, 0.5], logLikelihoods: [1000, 1000 + log(3)])
    #expect(abs(density.posterior[1] - 0.75) < 1e-12)
  }

  @Test func whatIsRefused() throws {
    func message(_ body: () throws -> BayesTheorem) -> String {
      do {
        _ = try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message { try BayesTheorem(prior: [0, 1], likelihood: [[0, 1], [1, 0]], observed: 1) }.contains("probability 0"))
    #expect(message { try BayesTheorem(prior: [0.4, 0.5], likelihoods: [1, 1]) }.contains("sum to 0.9"))
    #expect(message { try BayesTheorem(prior: [0.5, 0.5], likelihoods: [1]) }.contains("1 likelihoods for 2"))
    #expect(message { try BayesTheorem(prior: [0.5, 0.5], likelihoods: [1, -0.1]) }.contains("likelihood 1 is -0.1"))
    #expect(message { try BayesTheorem(prior: [0.5, 0.5], likelihoods: [1, .nan]) }.contains("likelihood 1 is nan"))
    #expect(
      message { try BayesTheorem(prior: [0.5, 0.5], likelihood: [[0.5, 0.5], [0.5, 0.6]], observed: 0) }
        .contains("likelihood of hypothesis 1"))
    #expect(message { try BayesTheorem(prior: [1], likelihood: [[0.5, 0.5]], observed: 2) }.contains("outcome 2"))
    #expect(message { try BayesTheorem(prior: [1], likelihood: [[]], observed: 0) }.contains("no probabilities"))
    #expect(message { try BayesTheorem(prior: [], likelihoods: []) }.contains("no probabilities"))
    #expect(message { try BayesTheorem(prior: [1], logLikelihoods: [.infinity]) }.contains("likelihood 0 is inf"))
  }
}
