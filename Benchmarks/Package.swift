// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody who depends on Surprisal builds it. The trait goes through to Surprisal:
//   swift build -c release --package-path Benchmarks --traits SystemLibraries
let package = Package(
  name: "SurprisalBenchmarks",
  traits: [
    .trait(name: "SystemLibraries", description: "Measure Surprisal built with its system libraries."),
    .default(enabledTraits: []),
  ],
  dependencies: [
    .package(
      name: "Surprisal", path: "..",
      traits: [.trait(name: "SystemLibraries", condition: .when(traits: ["SystemLibraries"]))])
  ],
  targets: [
    .executableTarget(
      name: "SurprisalBenchmarks", dependencies: [.product(name: "Surprisal", package: "Surprisal")],
      path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
