import Foundation
import Testing

/// Nothing public without a test, no reference without a use.
struct CoverageTests {
  static let sources = URL(filePath: #filePath).appending(path: "../../../../Sources/Tensors").standardizedFileURL

  /// Functions that no reference case can check, by the file that does: random numbers, and what makes tensors.
  static let checkedElsewhere: [String: [String]] = [
    "Operations/RandomTests.swift": [
      "bernoulli(probability:shape:dtype:using:)", "bernoulli(probabilities:using:)", "categorical(logits:using:)",
      "categorical(probabilities:using:)", "dropout(probability:sharingAxesFrom:using:)",
      "uniform(in:shape:dtype:using:)",
      "normal(mean:standardDeviation:shape:dtype:using:)", "gamma(concentrations:using:)",
      "integers(in:shape:dtype:using:)", "permutation(of:using:)",
    ],
    "../DistributionTests/Families/CountTests.swift": [
      "poisson(rates:using:)", "binomial(trials:probabilities:complements:using:)",
    ],
    "Operations/CreationTests.swift": [
      "init(_: Double, dtype: DType)", "init(_: RowMatrix, dtype: DType)", "init(_:shape:)", "init(_:shape:dtype:)",
      "init(bytes:shape:dtype:)",
      "init(identity:dtype:)", "init(linearFrom:to:count:dtype:)", "init(ones:dtype:)", "init(range:dtype:)",
      "init(repeating:shape:dtype:)", "init(zeros:dtype:)", "contiguous()", "converted(to:)", "withoutDerivative()",
    ],
  ]

  @Test func everyPublicOperationIsInTheTable() throws {
    let table = Set(operationTable.flatMap(\.functions))
    // What extends Tensor is in files of its name, and all of Operations is.
    let found = try ["Tensor", "Operations"].flatMap {
      try PublicFunctions.inFiles(under: CoverageTests.sources.appending(path: $0))
    }.filter { $0.file != "AxisSelection.swift" }
    #expect(found.count > 30, "the scan found only \(found.map(\.function))")
    let elsewhere = Set(CoverageTests.checkedElsewhere.values.joined())
    for (function, file) in found where !table.contains(function) && !elsewhere.contains(function) {
      Issue.record("\(file): \(function) has no entry in the operation table")
    }
    let known = Set(found.map(\.function))
    #expect(known.count == found.count, "two functions of one spelling are one to this test")
    for function in table.union(elsewhere).subtracting(known).sorted() {
      Issue.record("the table names \(function), which is not declared")
    }
  }

  @Test func whatIsCheckedElsewhereIs() throws {
    for (path, functions) in CoverageTests.checkedElsewhere {
      let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../\(path)").standardizedFileURL
      // A long call may break behind its bracket.
      let text = try String(contentsOf: file, encoding: .utf8).replacing(/\(\s+/, with: "(")
      for function in functions {
        // By its first label, if it has one; init is not written out.
        let call =
          function.contains("(_:") || function.hasSuffix("()")
          ? function.prefix { $0 != "(" } + "(" : function.prefix { $0 != ":" }
        #expect(text.contains(call.replacing("init(", with: "Tensor(")), "\(path): \(function)")
      }
    }
  }

  @Test func everyReferenceCaseIsRun() throws {
    for (operation, cases) in try ReferenceCases.all.get().sorted(by: { $0.key < $1.key }) {
      let entries = operationTable.filter { $0.name == operation }
      for reference in cases where !entries.contains(where: { $0.accepts(reference.attributes) }) {
        Issue.record("no entry runs \(reference.name) \(reference.attributes.json)")
        break
      }
    }
  }

  @Test func theScanReadsDeclarations() {
    let source = """
      extension Tensor {
        // public func hidden() -> Tensor
        public static func + (a: Tensor, b: Double) -> Tensor { a }
        public static func += (a: inout Tensor, b: Tensor) { }
        public static prefix func - (x: Tensor) -> Tensor { x }
        public func sum(
          alongAxes axes: [Int]? = nil, _ pair: (Int, Int) = (1, 2)
        ) -> Tensor { self }
        public init(where condition: Tensor, _ first: Tensor) {}
        public subscript(_ selections: Int...) -> Tensor { self }
        public static func .< (a: Tensor, b: Tensor) -> Tensor { a }
        public func name() -> String { "" }
        public func sorted<T>(by x: T) -> (values: Tensor, indices: Tensor) { }
        public func power(_ exponent: Double = 2) -> Tensor { self }
        public func power(_ exponent: Tensor) -> Tensor { self }
        public func power(base: Tensor) -> Tensor { self }
        public static func einsum(_ equation: String, _ operands: Tensor...) -> Tensor { operands[0] }
        public static func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor { operands[0] }
        func inner() -> Tensor { self }
      }
      """
    #expect(
      PublicFunctions.inSource(source) == [
        "+(Tensor, Double)", "+=(Tensor, Tensor)", "-(Tensor)", "sum(alongAxes:_:)", "init(where:_:)", "subscript(_:)",
        ".<(Tensor, Tensor)", "sorted(by:)", "power(_: Double)", "power(_: Tensor)", "power(base:)",
        "einsum(_: String, _: Tensor...)", "einsum(_: String, _: [Tensor])",
      ])
  }
}
