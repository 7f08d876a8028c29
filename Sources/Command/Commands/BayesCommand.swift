import Surprisal

/// The options of Bayes' theorem.
enum BayesOptions {
  static let section = "table"

  static let prior = Option.numbers(
    "prior", placeholder: "P,Q", section: section, "the probability of each hypothesis, summing to 1; must be given")
  static let likelihood = Option.rows(
    "likelihood", placeholder: "A,B;C,D", section: section,
    "p(outcome | hypothesis), one row a hypothesis with ; between them; must be given")
  static let observed = Option.integer(
    "observed", 1...1_000_000, section: section, standard: "1", "which outcome was seen, counted from 1")
  static let names = Option.columns(
    "hypotheses", section: section, standard: "h1, h2, …", "the names of the hypotheses")
}

extension Command {
  static let bayes: Command = .init(
    name: "bayes", summary: "Bayes' theorem on a table: from prior and likelihood to the posterior",
    discussion: [
      "p(h | e) = p(h) p(e | h) / p(e), with the surprisals that it adds up: −log p(h | e) = −log p(h) − log p(e | h) "
        + "+ log p(e). A likelihood with one column is that of what was seen."
    ],
    options: [
      BayesOptions.prior.description, BayesOptions.likelihood.description, BayesOptions.observed.description,
      BayesOptions.names.description, SharedOptions.json.description,
    ],
    examples: [
      Example(
        "surprisal bayes --prior 0.001,0.999 --likelihood '0.99,0.01;0.02,0.98' --hypotheses ill,healthy",
        "one positive result of a test for a rare illness")
    ],
    action: { arguments, console in
      guard let prior = arguments[BayesOptions.prior], let table = arguments[BayesOptions.likelihood] else {
        throw SurprisalError(
          .usage, "--prior and --likelihood are both needed",
          remedy: "for example: --prior 0.5,0.5 --likelihood '0.9,0.1;0.2,0.8'")
      }
      let names = arguments[BayesOptions.names] ?? prior.indices.map { "h\($0 + 1)" }
      guard names.count == prior.count else {
        throw SurprisalError(
          .usage, "\(names.count) names for \(prior.count) hypotheses", remedy: "name every hypothesis once")
      }
      guard table.rows.count == prior.count else {
        throw SurprisalError(
          .usage,
          "\(table.rows.count) row\(table.rows.count == 1 ? "" : "s") of likelihoods for \(prior.count) hypotheses",
          remedy: "one row a hypothesis, with ; between them")
      }
      // One number a row is the likelihood of what was seen.
      let isColumn = table.rows.allSatisfy { $0.count == 1 }
      if isColumn, arguments[BayesOptions.observed] != nil {
        throw SurprisalError(
          .usage, "--observed chooses a column, and --likelihood has one", remedy: "leave it out")
      }
      let outcome = (arguments[BayesOptions.observed] ?? 1) - 1
      guard isColumn || outcome < table.rows[0].count else {
        throw SurprisalError(
          .usage, "--observed is \(outcome + 1), and there are \(table.rows[0].count) outcomes",
          remedy: "count the columns of --likelihood from 1")
      }
      let theorem =
        isColumn
        ? try BayesTheorem(prior: prior, likelihoods: table.numbers)
        : try BayesTheorem(prior: prior, likelihood: table.rows, observed: outcome)
      if arguments[SharedOptions.json] {
        try console.writeLine(theorem.json(names).answerText)
      } else {
        try console.write(
          theorem.text(names, likelihoods: isColumn ? table.numbers : table.rows.map { $0[outcome] }))
      }
      return ExitCode.success
    })
}

extension BayesTheorem {
  /// Every hypothesis with its probabilities, for a person.
  ///
  /// `likelihoods` are p(e | h) as they were given.
  fileprivate func text(_ names: [String], likelihoods: [Double]) -> String {
    var table = TextTable(columns: [
      .init("hypothesis", alignment: .left), .init("prior"), .init("likelihood"), .init("joint"), .init("posterior"),
      .init("surprisal", unit: "nats"), .init("surprisal", unit: "bits"),
    ])
    for (index, name) in names.enumerated() {
      let numbers = [prior[index], likelihoods[index], joint[index], posterior[index]]
      table.rows.append(
        [name] + numbers.map { NumberText.general($0, 6) }
          + [posteriorSurprisal[index].nats, posteriorSurprisal[index].bits].map { NumberText.general($0, 6) })
    }
    return table.description + "evidence p(e) = \(NumberText.general(evidence, 6)): "
      + "\(NumberText.general(evidenceSurprisal.nats, 6)) nats, \(NumberText.general(evidenceSurprisal.bits, 6)) bits; "
      + "information gained: \(NumberText.general(informationGain.nats, 6)) nats, "
      + "\(NumberText.general(informationGain.bits, 6)) bits\n"
  }

  /// The same for a program; logarithms are natural.
  fileprivate func json(_ names: [String]) -> JSONValue {
    [
      "hypotheses": JSONValue(names), "prior": JSONValue(prior), "joint": JSONValue(joint),
      "posterior": JSONValue(posterior), "logPosterior": JSONValue(logPosterior), "evidence": JSONValue(evidence),
      "logEvidence": JSONValue(logEvidence), "posteriorSurprisalNats": JSONValue(posteriorSurprisal.map(\.nats)),
      "informationGainNats": JSONValue(informationGain.nats),
    ]
  }
}
