import CSurprisalKernels
import SurprisalCore

/// The parameters of a product mixture packed for the kernel, for rows of one reference.
///
/// The table of features belongs to one set of rows; it is made when it is first needed there.
struct ProductPlan: Sendable {
  let parameters: ProductParameters
  let reference: ProductReference
  /// K padded to whole vectors.
  let width: Int
  private let base: Cells<Double>
  private let slots: Cells<Double>
  private let bans: (base: Cells<Double>, slots: Cells<Double>)?
  private let linear: Cells<Double>
  private let centers: Cells<Double>
  private let inverseScales: Cells<Double>

  init(_ parameters: ProductParameters, reference: ProductReference) {
    let columns = parameters.columns
    let K = parameters.componentCount
    let width = surprisal_product_mixture_width(K)
    self.parameters = parameters
    self.reference = reference
    self.width = width
    base = Cells(repeating: -.infinity, count: width)
    slots = Cells(repeating: 0, count: reference.slotCount * width)
    linear = Cells(repeating: 0, count: columns.linear.count * width)
    centers = Cells(repeating: 0, count: columns.normal.count * width)
    inverseScales = Cells(repeating: 1, count: columns.normal.count * width)
    var excluded: (base: Cells<Double>, slots: Cells<Double>)?
    for k in 0..<K {
      var constant = surprisal_log(parameters.weights[k])
      for column in columns.discrete {
        let (at, common) = (parameters.start(k, column), reference.levels[column])
        var logCommon = parameters.logs[at + common]
        if logCommon == -.infinity {
          // Rows at the common level are excluded by a count of their own, which departures lower again.
          let counts =
            excluded
            ?? (
              Cells(repeating: 0, count: width), Cells(repeating: 0, count: reference.slotCount * width)
            )
          excluded = counts
          counts.0.base[k] += 1
          for slot in reference.slots(of: column) { counts.1.base[slot * width + k] = -1 }
          logCommon = 0
        }
        constant += logCommon
        for level in 0..<(columns.families[column].levelCount ?? 0) where level != common {
          slots.base[reference.slot(column, level) * width + k] = parameters.logs[at + level] - logCommon
        }
      }
      for (index, column) in columns.linear.enumerated() {
        let form = parameters.linearForm(k, column, referenceMean: reference.means[column])
        constant += form.constant
        linear.base[index * width + k] = form.coefficient
      }
      for (index, column) in columns.normal.enumerated() {
        let at = parameters.start(k, column)
        constant -= 0.5 * (logTwoPi + parameters.logs[at + 1])
        centers.base[index * width + k] = parameters.values[at]
        inverseScales.base[index * width + k] = 1 / parameters.values[at + 1].squareRoot()
      }
      base.base[k] = constant
    }
    bans = excluded
  }

  /// The plan over `rows`, with the tables of their features.
  func bound(to rows: ProductRows) -> BoundPlan {
    var plan = rows.plan()
    plan.components = parameters.componentCount
    plan.base = UnsafePointer(base.base)
    plan.linear = UnsafePointer(linear.base)
    plan.centers = UnsafePointer(centers.base)
    plan.inverseScales = UnsafePointer(inverseScales.base)
    let table = Cells<Double>(repeating: 0, count: rows.features.count * width)
    surprisal_product_mixture_table(&plan, slots.base, table.base)
    var kept: [any AnyObject & Sendable] = [base, slots, linear, centers, inverseScales, table]
    plan.table = UnsafePointer(table.base)
    if let bans {
      let banTable = Cells<Double>(repeating: 0, count: rows.features.count * width)
      surprisal_product_mixture_table(&plan, bans.slots.base, banTable.base)
      plan.banBase = UnsafePointer(bans.base.base)
      plan.bans = UnsafePointer(banTable.base)
      kept += [bans.base, banTable]
    }
    return BoundPlan(plan, rows: rows, kept: kept)
  }
}

/// A plan with everything that it points to.
final class BoundPlan: @unchecked Sendable {
  // Unchecked: the plan holds addresses of memory that nobody writes any more and that `kept` and `rows` keep alive.
  private let plan: surprisal_product_mixture
  private let kept: [any AnyObject & Sendable]
  let rows: ProductRows
  let sumCount: Int
  let workspaceCount: Int

  init(_ plan: surprisal_product_mixture, rows: ProductRows, kept: [any AnyObject & Sendable]) {
    self.plan = plan
    self.rows = rows
    self.kept = kept
    sumCount = withUnsafePointer(to: plan) { surprisal_product_mixture_sum_count($0) }
    workspaceCount = withUnsafePointer(to: plan) { surprisal_product_mixture_workspace_count($0) }
  }

  func withPlan<Result>(_ body: (UnsafePointer<surprisal_product_mixture>) -> Result) -> Result {
    withUnsafePointer(to: plan, body)
  }
}

extension ProductReference {
  /// The slots of a discrete column.
  func slots(of column: Int) -> Range<Int> { slotStarts[column]..<slotStarts[column + 1] }
}

/// The E-step of a product mixture at fixed parameters, over the rows that it was packed for.
struct ProductExpectation: ExpectationStep {
  let plan: BoundPlan
  var sumCount: Int { plan.sumCount }
  var workspaceCount: Int { plan.workspaceCount }
  let operationCount: Int

  func accumulate(
    _ observations: ProductRows, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
  ) {
    plan.withPlan {
      surprisal_product_mixture_expectation($0, range.lowerBound, range.upperBound, sums, totals, workspace)
    }
  }
}
