import CSurprisalKernels
import SurprisalCore
import SurprisalDistributions

/// Rows packed for the kernel of product mixtures, with weights: features of discrete columns, numbers of the others.
struct ProductRows: ObservationSource {
  let columns: ProductColumns
  let reference: ProductReference
  let count: Int
  /// One non-negative weight per row; nil for 1.
  let weights: [Double]?
  /// Σ w of each row's constant: log p(x) of the Poisson columns at their reference means.
  let constantSum: Double
  let features: FeatureTable
  private let table: EncodedTable

  private let weightCells: Cells<Double>?
  private let dense: Cells<Double>
  private let constants: Cells<Double>?

  /// Packs a checked table; `hasLists` also for statistics, not only for densities.
  init(
    _ table: EncodedTable, columns: ProductColumns, reference: ProductReference, weights: [Double]? = nil,
    hasLists: Bool
  ) {
    self.columns = columns
    self.reference = reference
    count = table.rowCount
    self.table = table
    self.weights = weights
    weightCells = weights.map { Cells($0, or: 0) }
    let width = table.denseColumns.count
    dense = table.dense
    let poisson = table.denseColumns.indices.filter { columns.families[table.denseColumns[$0]] == .poisson }
    var constantSum = CompensatedSum()
    if poisson.isEmpty {
      constants = nil
    } else {
      let cells = Cells<Double>(repeating: 0, count: count)
      for row in 0..<count {
        for index in poisson {
          cells.base[row] += ProductRows.logPoisson(
            dense.base[row * width + index], mean: reference.means[table.denseColumns[index]])
        }
        constantSum.add((weights?[row] ?? 1) * cells.base[row])
      }
      constants = cells
    }
    self.constantSum = constantSum.value
    let (shift, inverse) = (columns.standardization.shift, columns.standardization.inverseScale)
    for (index, column) in table.denseColumns.enumerated() where shift[column] != 0 || inverse[column] != 1 {
      for row in 0..<count {
        let at = row * width + index
        dense.base[at] = (dense.base[at] - shift[column]) * inverse[column]
      }
    }
    features = FeatureTable(table, columns: columns, reference: reference, hasLists: hasLists)
  }

  /// log (λˣ e^(−λ) / x!) by Loader's deviance (2000).
  static func logPoisson(_ x: Double, mean: Double) -> Double {
    guard x > 0 else { return -mean }
    return -SpecialFunctions.devianceTerm(x, mean) - SpecialFunctions.stirlingCorrection(x)
      - 0.5 * (logTwoPi + surprisal_log(x))
  }

  /// A plan with these rows and no components.
  func plan() -> surprisal_product_mixture {
    var plan = surprisal_product_mixture()
    plan.dense = UnsafePointer(dense.base)
    plan.weights = weightCells.map { UnsafePointer($0.base) }
    plan.constants = constants.map { UnsafePointer($0.base) }
    plan.linearColumns = columns.linear.count
    plan.normalColumns = columns.normal.count
    features.fill(&plan)
    plan.slotCount = reference.slotCount
    return plan
  }

  /// The number of `row` in the `index`-th of the linear and normal columns, in the columns' coordinates.
  func denseValue(_ row: Int, _ index: Int) -> Double { dense.base[row * table.denseColumns.count + index] }

  /// Calls `body` with every discrete column and the row's level there.
  func forEachLevel(_ row: Int, _ body: (_ column: Int, _ level: Int) -> Void) {
    for (number, group) in table.groups.enumerated() {
      let code = Int(table.codes.base[row * table.groups.count + number])
      for (index, place) in group.columns.enumerated() { body(place.column, group.level(index, in: code)) }
    }
  }

  /// How far two rows are apart: 1 for every discrete column that differs, and the squared difference times
  /// `denseScales` for the others.
  func distance(_ row: Int, _ other: Int, denseScales: [Double]) -> Double {
    var result = 0.0
    let count = table.groups.count
    let (codes, otherCodes) = (table.codes.base + row * count, table.codes.base + other * count)
    for number in 0..<count where codes[number] != otherCodes[number] {
      var (code, otherCode) = (Int(codes[number]), Int(otherCodes[number]))
      for place in table.groups[number].columns {
        if code % place.levels != otherCode % place.levels { result += 1 }
        code /= place.levels
        otherCode /= place.levels
      }
    }
    for index in denseScales.indices {
      let offset = denseValue(row, index) - denseValue(other, index)
      result += denseScales[index] * offset * offset
    }
    return result
  }
}
