import SurprisalCore
import SurprisalTensors

/// Random changes of images that leave their class as it is: values, one after another.
///
/// All of them are moves of whole pixels, so that a chain is one move, made while a batch is gathered; what comes from
/// outside the image is 0 in the image's own scale. The draws are the caller's generator's alone.
public struct Augmentation: Sendable, Hashable, Codable {
  /// One change.
  public enum Step: Sendable, Hashable, Codable {
    /// Moves the image by up to `down` rows and `right` columns in either direction, every distance as likely.
    case shift(down: Int, right: Int)
    /// Mirrors the image left to right with this probability.
    case horizontalFlip(probability: Double)
    /// Takes a part of height × width at random from the image with `padding` zeros on each side; the part is as large
    /// as the image where no size is given.
    case crop(height: Int?, width: Int?, padding: Int)
  }

  /// The changes, in their order.
  public var steps: [Step]

  /// These changes in this order.
  public init(_ steps: [Step]) { self.steps = steps }

  /// No change.
  public static let none = Augmentation([])

  /// Whether an image becomes larger or smaller.
  var changesSize: Bool {
    steps.contains { step in
      if case .crop(let height, let width, _) = step { height != nil || width != nil } else { false }
    }
  }

  /// The shape of an image of shape [channels, height, width] after all changes.
  ///
  /// - Throws: a usage error if inputs of this shape are no images, a part is larger than its image, or a step's number
  ///   is out of range.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let size = try checkedSize(for: shape)
    return [shape[0], size.height, size.width]
  }

  func checkedSize(for shape: [Int]) throws -> (height: Int, width: Int) {
    guard shape.count == 3 else {
      throw SurprisalError(
        .usage, "inputs of the shape \(shape) are no images that could be shifted, flipped or cropped",
        remedy: "leave the augmentation out")
    }
    var size = (height: shape[1], width: shape[2])
    for step in steps {
      switch step {
      case .shift(let down, let right):
        guard (0...65_536).contains(down), (0...65_536).contains(right) else {
          throw SurprisalError(.usage, "a shift by \(down), \(right) pixels", remedy: "give numbers from 0 to 65536")
        }
      case .horizontalFlip(let probability):
        guard (0...1).contains(probability) else {
          throw SurprisalError(.usage, "a flip of probability \(probability)", remedy: "give a number from 0 to 1")
        }
      case .crop(let height, let width, let padding):
        let part = (height: height ?? size.height, width: width ?? size.width)
        guard (0...65_536).contains(padding), part.height > 0, part.width > 0,
          part.height <= size.height + 2 * padding, part.width <= size.width + 2 * padding
        else {
          throw SurprisalError(
            .usage,
            "a part of \(part.height) × \(part.width) pixels of images of \(size.height) × \(size.width) "
              + "with \(padding) zeros on each side", remedy: "take a part that fits into the image")
        }
        size = part
      }
    }
    return size
  }

  /// The move of one image of shape [channels, height, width].
  func move(of shape: [Int], using generator: inout RandomGenerator) -> ImageMove {
    chain(of: shape) { step, size in
      switch step {
      case .shift(let down, let right):
        return ImageMove(
          down: generator.nextInteger(below: 2 * down + 1) - down,
          right: generator.nextInteger(below: 2 * right + 1) - right, isMirrored: false)
      case .horizontalFlip(let probability):
        let isMirrored = generator.nextUniform() < probability
        return ImageMove(down: 0, right: isMirrored ? size.width - 1 : 0, isMirrored: isMirrored)
      case .crop(let height, let width, let padding):
        let rows = size.height + 2 * padding - (height ?? size.height) + 1
        let columns = size.width + 2 * padding - (width ?? size.width) + 1
        return ImageMove(
          down: generator.nextInteger(below: rows) - padding,
          right: generator.nextInteger(below: columns) - padding, isMirrored: false)
      }
    }
  }

  /// The move that takes the parts from the middle and changes nothing else.
  func centralMove(of shape: [Int]) -> ImageMove {
    chain(of: shape) { step, size in
      guard case .crop(let height, let width, _) = step else {
        return ImageMove(down: 0, right: 0, isMirrored: false)
      }
      // Rounded down for odd margins of either sign.
      return ImageMove(
        down: (size.height - (height ?? size.height)) >> 1, right: (size.width - (width ?? size.width)) >> 1,
        isMirrored: false)
    }
  }

  /// The moves of all steps as one: from the last image's pixels back to the first's.
  private func chain(
    of shape: [Int], _ move: (Step, (height: Int, width: Int)) -> ImageMove
  ) -> ImageMove {
    var size = (height: shape[1], width: shape[2])
    var whole = ImageMove(down: 0, right: 0, isMirrored: false)
    for step in steps {
      let next = move(step, size)
      // The pixel x of the later image is `next.right ± x` of the earlier one, and that is where `whole` goes on.
      whole.down += next.down
      whole.right += whole.isMirrored ? -next.right : next.right
      whole.isMirrored = whole.isMirrored != next.isMirrored
      if case .crop(let height, let width, _) = step { size = (height ?? size.height, width ?? size.width) }
    }
    return whole
  }
}
