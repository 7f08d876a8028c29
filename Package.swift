// swift-tools-version: 6.1
import PackageDescription

/// Swift settings every target shares: internals shared between targets use `package` access.
let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .define("SystemLibraries", .when(traits: ["SystemLibraries"])),
]

let package = Package(
  name: "Surprisal",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Surprisal", targets: ["Surprisal"]),
    .executable(name: "surprisal", targets: ["SurprisalCommand"]),
    .executable(name: "surprisal-examples", targets: ["SurprisalExamples"]),
  ],
  traits: [
    .trait(
      name: "SystemLibraries",
      description: "Link zlib and libpng, for compressed npz and gz files and for images."),
    .default(enabledTraits: []),
  ],
  targets: [
    .target(
      name: "CSurprisalKernels",
      path: "Sources/CKernels",
      cSettings: [.define("SURPRISAL_SYSTEM_LIBRARIES", .when(traits: ["SystemLibraries"]))],
      linkerSettings: [
        .linkedLibrary("m", .when(platforms: [.linux])),
        .linkedLibrary("png", .when(traits: ["SystemLibraries"])),
        .linkedLibrary("z", .when(traits: ["SystemLibraries"])),
      ]),
    .target(
      name: "SurprisalCore", dependencies: ["CSurprisalKernels"], path: "Sources/Core",
      swiftSettings: swiftSettings),
    .target(
      name: "SurprisalData", dependencies: ["SurprisalCore"], path: "Sources/Data",
      swiftSettings: swiftSettings),
    .target(
      name: "SurprisalTensors", dependencies: ["CSurprisalKernels", "SurprisalCore"],
      path: "Sources/Tensors", swiftSettings: swiftSettings),
    .target(
      name: "SurprisalInformation", dependencies: ["CSurprisalKernels", "SurprisalCore"],
      path: "Sources/Information", swiftSettings: swiftSettings),
    .target(
      name: "SurprisalDistributions",
      dependencies: ["CSurprisalKernels", "SurprisalCore", "SurprisalTensors", "SurprisalInformation"],
      path: "Sources/Distributions", swiftSettings: swiftSettings),
    .target(
      name: "SurprisalNetworks",
      dependencies: ["CSurprisalKernels", "SurprisalCore", "SurprisalData", "SurprisalTensors"],
      path: "Sources/Networks", swiftSettings: swiftSettings),
    .target(
      name: "SurprisalLatent",
      dependencies: [
        "CSurprisalKernels", "SurprisalCore", "SurprisalData", "SurprisalTensors", "SurprisalDistributions",
      ],
      path: "Sources/Latent", swiftSettings: swiftSettings),
    .target(
      name: "SurprisalModels",
      dependencies: ["SurprisalCore", "SurprisalData", "SurprisalTensors", "SurprisalNetworks"],
      path: "Sources/Models", swiftSettings: swiftSettings),
    .target(
      name: "SurprisalReporting", dependencies: ["SurprisalCore"], path: "Sources/Reporting",
      swiftSettings: swiftSettings),
    .target(
      name: "Surprisal",
      dependencies: [
        "SurprisalCore", "SurprisalData", "SurprisalTensors", "SurprisalInformation", "SurprisalDistributions",
        "SurprisalNetworks", "SurprisalLatent", "SurprisalModels", "SurprisalReporting",
      ],
      path: "Sources/Surprisal", swiftSettings: swiftSettings),
    .executableTarget(
      name: "SurprisalCommand", dependencies: ["Surprisal"], path: "Sources/Command",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "SurprisalExamples", dependencies: ["Surprisal"], path: "Examples",
      swiftSettings: swiftSettings),
    .target(
      name: "SurprisalTestSupport", dependencies: ["SurprisalCore"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    .testTarget(
      name: "CoreTests", dependencies: ["SurprisalCore", "SurprisalTestSupport"],
      path: "Tests/CoreTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "DataTests", dependencies: ["SurprisalData", "SurprisalTestSupport"],
      path: "Tests/DataTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "TensorTests",
      dependencies: ["CSurprisalKernels", "SurprisalTensors", "SurprisalData", "SurprisalTestSupport"],
      path: "Tests/TensorTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "InformationTests", dependencies: ["SurprisalInformation", "SurprisalData", "SurprisalTestSupport"],
      path: "Tests/InformationTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "DistributionTests",
      dependencies: ["SurprisalDistributions", "SurprisalData", "SurprisalTestSupport"],
      path: "Tests/DistributionTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "NetworkTests",
      dependencies: [
        "CSurprisalKernels", "SurprisalData", "SurprisalTensors", "SurprisalNetworks", "SurprisalTestSupport",
      ],
      path: "Tests/NetworkTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "ModelTests", dependencies: ["SurprisalModels", "SurprisalTestSupport"],
      path: "Tests/ModelTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "LatentTests", dependencies: ["SurprisalLatent", "SurprisalTestSupport"],
      path: "Tests/LatentTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "ReportingTests", dependencies: ["SurprisalReporting", "SurprisalTestSupport"],
      path: "Tests/ReportingTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "CommandTests", dependencies: ["Surprisal", "SurprisalCommand", "SurprisalTestSupport"],
      path: "Tests/CommandTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "ExampleTests", dependencies: ["SurprisalExamples", "SurprisalTestSupport"],
      path: "Tests/ExampleTests", swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
