import SurprisalCommand
import Testing

/// What is kept of a training for the chart of its course.
@Suite struct TrainingCourseTests {
  /// Every step of a short training; of a long one steps at even distances from the first on, never more than the limit.
  @Test(arguments: [1, 10, 4_000, 4_001, 8_001, 123_457])
  func longCoursesAreThinned(count: Int) throws {
    var course = TrainingCourse()
    for step in 1...count { course.add(step: step, loss: 1 / Double(step), learningRate: Double(step)) }
    let steps = course.losses.map { $0.step }
    #expect(steps.count <= TrainingCourse.limit && steps.count >= min(count, TrainingCourse.limit / 2))
    #expect(course.rates.map { $0.step } == steps && course.rates.allSatisfy { $0.value == $0.step })
    #expect(course.losses.allSatisfy { $0.value == 1 / $0.step })
    #expect(steps.first == 1)
    let distances = Set(zip(steps.dropFirst(), steps).map { $0 - $1 })
    #expect(distances.count <= 1, "\(distances)")
    #expect(Double(count) - (steps.last ?? 0) < distances.first ?? 1)
  }
}
