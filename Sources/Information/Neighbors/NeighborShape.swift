/// How far points and boxes of a tree are apart under the maximum norm, for a fixed or any number of columns.
///
/// A difference is taken first and scaled after, so that equal differences of the raw numbers stay equal.
protocol NeighborShape {
  /// The distance between two points.
  static func distance(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double

  /// The distance from a point to a box: its lower corner, then its upper one. Inside it is 0.
  static func distance(
    _ a: UnsafePointer<Double>, toBox box: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double

  /// The largest distance from a point to a point of a box.
  static func reach(
    _ a: UnsafePointer<Double>, ofBox box: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double
}

/// Points of two columns: the loops unrolled.
enum TwoColumns: NeighborShape {
  @inline(__always)
  static func distance(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double {
    let first = abs(a[0] - b[0]) * scales[0]
    let second = abs(a[1] - b[1]) * scales[1]
    return first > second ? first : second
  }

  @inline(__always)
  static func distance(
    _ a: UnsafePointer<Double>, toBox box: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double {
    let below = box[0] - a[0]
    let above = a[0] - box[2]
    let first = (below > above ? below : above) * scales[0]
    let left = box[1] - a[1]
    let right = a[1] - box[3]
    let second = (left > right ? left : right) * scales[1]
    let larger = first > second ? first : second
    return larger > 0 ? larger : 0
  }

  @inline(__always)
  static func reach(
    _ a: UnsafePointer<Double>, ofBox box: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double {
    let first = max(a[0] - box[0], box[2] - a[0]) * scales[0]
    let second = max(a[1] - box[1], box[3] - a[1]) * scales[1]
    return first > second ? first : second
  }
}

/// Points of any number of columns.
enum AnyColumns: NeighborShape {
  @inline(__always)
  static func distance(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double {
    var largest = 0.0
    for column in 0..<columns {
      let difference = abs(a[column] - b[column]) * scales[column]
      if difference > largest { largest = difference }
    }
    return largest
  }

  @inline(__always)
  static func distance(
    _ a: UnsafePointer<Double>, toBox box: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double {
    var largest = 0.0
    for column in 0..<columns {
      let below = box[column] - a[column]
      let above = a[column] - box[columns + column]
      let outside = (below > above ? below : above) * scales[column]
      if outside > largest { largest = outside }
    }
    return largest
  }

  @inline(__always)
  static func reach(
    _ a: UnsafePointer<Double>, ofBox box: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ columns: Int
  ) -> Double {
    var largest = 0.0
    for column in 0..<columns {
      let farthest = max(a[column] - box[column], box[columns + column] - a[column]) * scales[column]
      if farthest > largest { largest = farthest }
    }
    return largest
  }
}
