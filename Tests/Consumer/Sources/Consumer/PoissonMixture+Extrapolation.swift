import Foundation
import Surprisal

// Optional members: with them the engine extrapolates, and refuses every step that lowers the objective.
extension PoissonMixture {
  func coordinates(_ sums: [Double]) -> [Double]? {
    sums[..<(2 * weights.count)].allSatisfy { $0 > 0 } ? sums.map { $0 > 0 ? log($0) : $0 } : nil
  }

  func maximized(atCoordinates point: [Double], near sums: [Double]) -> PoissonMixture? {
    let proposed = try? maximized(point.map(exp))
    return proposed.flatMap { ($0.weights + $0.means).allSatisfy { $0 > 0 && $0.isFinite } ? $0 : nil }
  }
}
