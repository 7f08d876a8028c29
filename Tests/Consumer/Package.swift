// swift-tools-version: 6.1
import PackageDescription

// A user's package: it depends on Surprisal by path, and has a target called `Models` of its own.
let package = Package(
  name: "Consumer",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Surprisal", path: "../..", traits: ["SystemLibraries"])],
  targets: [
    .target(name: "Models", dependencies: [.product(name: "Surprisal", package: "Surprisal")]),
    .executableTarget(
      name: "Consumer", dependencies: ["Models", .product(name: "Surprisal", package: "Surprisal")]),
  ],
  swiftLanguageModes: [.v6]
)
