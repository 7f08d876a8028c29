/// The rows of weight above 0 in the order they came in, and where each is packed.
struct ProductMembers: Sendable {
  /// How many there are.
  let count: Int
  /// The packed row of each; its own number if nil.
  let places: [UInt32]?
  /// Their weights; nil for 1.
  let weights: [Double]?
  /// What messages call them; their own number if nil.
  let numbers: [Int]?

  /// The packed row that holds member `index`.
  func place(_ index: Int) -> Int { places.map { Int($0[index]) } ?? index }

  /// The weight of member `index`.
  func weight(_ index: Int) -> Double { weights?[index] ?? 1 }

  /// What messages call the first member that is packed as `row`.
  func number(ofRow row: Int) -> Int {
    let index = places?.firstIndex { Int($0) == row } ?? row
    return numbers?[index] ?? index
  }
}
