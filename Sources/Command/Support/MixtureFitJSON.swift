import Surprisal

extension GaussianMixtureFit {
  /// What `fit gaussian-mixture --json` writes: totals in nats, criteria smaller is better, components by
  /// falling weight, parameters in the unit of x.
  func json(candidates: [MixtureCandidate], sourceName: String) -> JSONValue {
    .object(
      [
        JSONMember("model", "gaussian-mixture"), JSONMember("data", JSONValue(sourceName)),
        JSONMember("rows", JSONValue(rowCount)), JSONMember("columns", JSONValue(model.columnCount)),
        JSONMember("columnNames", JSONValue(model.columnNames)), JSONMember("totalWeight", JSONValue(totalWeight)),
        JSONMember("components", JSONValue(model.componentCount)),
        JSONMember("componentsChosenBy", candidates.isEmpty ? .null : "bic"),
        JSONMember("covariance", JSONValue(model.covarianceModel.rawValue)),
      ] + figuresJSON + [
        JSONMember("prior", configuration.prior?.json ?? .null), JSONMember("parameters", model.parametersJSON),
        JSONMember("selection", .array(candidates.map(\.json))),
      ] + figuresTail)
  }
}

extension MixturePrior {
  /// The prior's strengths.
  fileprivate var json: JSONValue {
    [
      "weightConcentration": JSONValue(weightConcentration), "meanStrength": JSONValue(meanStrength),
      "covarianceStrength": JSONValue(covarianceStrength), "scale": JSONValue(scale),
    ]
  }
}

extension LedgerEntry {
  /// One iteration; totals in nats.
  var json: JSONValue {
    [
      "iteration": JSONValue(iteration), "step": JSONValue(step.rawValue),
      "logLikelihood": JSONValue(logLikelihood), "lowerBound": JSONValue(lowerBound),
      "gap": JSONValue(gap), "objective": JSONValue(objective),
      "objectiveAfterMaximization": JSONValue(objectiveAfterMaximization),
      "roundingBound": JSONValue(roundingBound),
    ]
  }
}

extension MixtureCandidate {
  /// One model that was compared.
  var json: JSONValue {
    [
      "components": JSONValue(components), "covariance": JSONValue(covarianceModel.rawValue),
      "logLikelihood": JSONValue(logLikelihood), "bic": JSONValue(bic), "aic": JSONValue(aic),
      "icl": JSONValue(icl), "heldOutLogLikelihoodPerRow": JSONValue(heldOutLogLikelihood),
      "descriptionLengthBits": JSONValue(descriptionLength), "parameterCount": JSONValue(parameterCount),
      "startsAtBest": JSONValue(startsAtBest), "starts": JSONValue(starts),
      "converged": JSONValue(converged), "failure": JSONValue(failure),
    ]
  }
}

extension JSONValue {
  /// A seed; beyond 63 bits a text, since a JSON number would lose digits.
  init(_ seed: UInt64) { self = Int(exactly: seed).map { .integer($0) } ?? .string(String(seed)) }
}
