import Foundation
import SurprisalCore
import SurprisalNetworks
import Testing

/// Configurations as JSON, and values out of range.
struct TrainingConfigurationTests {
  @Test func aDumpReadsBack() throws {
    var configuration = TrainingConfiguration(epochs: 7, steps: 100, batchSize: 64, seed: .max)
    configuration.clipNorm = 0.1
    configuration.averageDecay = 0.999
    configuration.patience = 4
    configuration.dropsLastBatch = true
    let text = configuration.json.text(pretty: true)
    #expect(try TrainingConfiguration(try JSONValue(parsing: text)) == configuration)
    #expect(configuration.json["seed"] == "18446744073709551615")
    #expect(try TrainingConfiguration([:]) == TrainingConfiguration())
    #expect(try TrainingConfiguration(["epochs": nil, "steps": 3]).epochs == nil)
    let coded = try JSONDecoder().decode(TrainingConfiguration.self, from: try JSONEncoder().encode(configuration))
    #expect(coded == configuration)
  }

  /// A39 and A40: the field, its value and what it may be.
  @Test(arguments: [
    ("{\"batchSize\":0}", "batchSize is 0", "whole number from 1"), ("{\"epochs\":-1}", "epochs is -1", "from 1"),
    ("{\"epochs\":2.5}", "epochs is 2.5", "from 1"), ("{\"epochs\":\"abc\"}", "epochs is \"abc\"", "from 1"),
    ("{\"seed\":18446744073709551616}", "seed is 1.8446744073709552e+19", "2^64 - 1"),
    ("{\"seed\":-1}", "seed is -1", "0"),
    ("{\"averageDecay\":1}", "averageDecay is 1", "below 1"), ("{\"clipNorm\":0}", "clipNorm is 0", "above 0"),
    ("{\"shuffles\":1}", "shuffles is 1", "true or false"), ("{\"epchs\":3}", "no field 'epchs'", "'epochs'"),
    ("{\"epochs\":null}", "neither epochs nor steps", "give one"), ("[]", "JSON object", "epochs"),
    ("{\"keptCheckpoints\":-1}", "keptCheckpoints is -1", "from 0"),
  ]) func whatIsOutOfRangeIsNamed(text: String, what: String, remedy: String) throws {
    let error = try #require(failure { _ = try TrainingConfiguration(try JSONValue(parsing: text), file: "c.json") })
    #expect(error.category == .usage && error.location?.file == "c.json")
    #expect(error.message.contains(what) && error.remedy?.contains(remedy) == true, "\(error)")
  }

  @Test func aTrainerRefusesThemToo() throws {
    let changes: [(inout TrainingConfiguration) -> Void] = [
      { $0.batchSize = 0 }, { $0.clipNorm = .nan }, { $0.epochs = nil }, { $0.minimumImprovement = .infinity },
    ]
    for change in changes { #expect(failure { _ = try sampleTrainer(rate: 0.1, change) }?.category == .usage) }
    #expect(failure { _ = try sampleTrainer(rate: .nan) }?.category == .usage)
    #expect(failure { _ = try sampleTrainer(NoisyRegression(count: 0)) }?.category == .data)
  }
}
