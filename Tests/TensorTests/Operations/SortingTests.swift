import SurprisalCore
import SurprisalTensors
import Testing

/// Sorting against a stable sort of the standard library, over sizes on both sides of the change of algorithm.
struct SortingTests {
  @Test(arguments: [0, 1, 2, 3, 63, 64, 65, 257, 1000]) func ordersEveryType(_ count: Int) {
    var generator = RandomGenerator(seed: UInt64(count))
    for dtype in DType.allCases {
      // Few values, so that there are ties; both signs where there are any.
      var x = Tensor.integers(in: -9..<10, shape: [2, count, 3], using: &generator).converted(to: dtype)
      if dtype == .float64 { x = (x * 0x1p1000) / 8 }
      if dtype == .int64, count > 1 { x = x + Tensor([Int64.min + 9, Int64.max - 9]).reshaped(to: [2, 1, 1]) }
      for descending in [false, true] {
        let (values, indices) = x.sorted(alongAxis: 1, descending: descending)
        #expect(values.dtype == dtype && indices.dtype == .int64)
        for block in 0..<2 {
          for column in 0..<3 {
            let line = x[block, 0..., column]
            let numbers = line.scalars(as: Double.self)
            // Whole numbers of 64 bits as such: as float64 some would be equal that are not.
            let order =
              dtype == .int64
              ? stableOrder(line.scalars(as: Int.self), descending: descending)
              : stableOrder(numbers, descending: descending)
            #expect(indices[block, 0..., column].scalars(as: Int.self) == order, "\(dtype) \(count)")
            #expect(values[block, 0..., column].scalars(as: Double.self) == order.map { numbers[$0] })
          }
        }
      }
    }
  }

  private func stableOrder<Number: Comparable>(_ line: [Number], descending: Bool) -> [Int] {
    line.indices.sorted { a, b in
      if line[a] == line[b] { return a < b }
      return descending ? line[a] > line[b] : line[a] < line[b]
    }
  }

  @Test func specialNumbers() {
    for dtype in [DType.float32, .float64, .bfloat16] {
      let x = Tensor([0.0, .nan, -0.0, .infinity, -1, -.infinity, -.nan, 0, 1], dtype: dtype)
      #expect(
        x.sortingIndices().scalars(as: Int.self) == [5, 4, 0, 2, 7, 8, 3, 1, 6], "NaN last, equal zeros in order")
      #expect(x.sortingIndices(descending: true).scalars(as: Int.self) == [3, 8, 0, 2, 7, 4, 5, 1, 6])
      #expect(x.topElements(2).indices.scalars(as: Int.self) == [3, 8])
      #expect(x.topElements(2, smallest: true).indices.scalars(as: Int.self) == [5, 4])
      // The sign of a zero is carried along.
      #expect(x.sorted().values.scalars(as: Double.self)[3].sign == .minus)
    }
    let wide = Tensor([Int64.max, Int64.min, -1, 0])
    #expect(wide.sortingIndices().scalars(as: Int.self) == [1, 2, 3, 0])
    #expect(wide.sortingIndices(descending: true).scalars(as: Int.self) == [0, 3, 2, 1])
  }

  @Test func derivativesGoBackToTheirPlaces() {
    let x = Tensor([3.0, 1, 2], dtype: .float64)
    let weights = Tensor([1.0, 10, 100])
    let (_, gradient) = valueAndGradient(of: x) { ($0.sorted().values * weights).sum() }
    #expect(gradient.scalars(as: Double.self) == [100, 1, 10])
    let (_, top) = valueAndGradient(of: x) { $0.topElements(2).values.square().sum() }
    #expect(top.scalars(as: Double.self) == [6, 0, 4])
  }
}
