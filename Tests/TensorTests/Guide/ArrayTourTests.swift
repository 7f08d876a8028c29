import SurprisalCore
import SurprisalTensors
import Testing

/// The tour of the guide for those who come from NumPy or PyTorch.
struct ArrayTourTests {
  @Test func tour() {
    var generator = RandomGenerator(seed: 1)
    let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3], dtype: .float32)  // np.array([[1, 2, 3], [4, 5, 6]], "f4")
    let zeros = Tensor(zeros: [2, 3])  // np.zeros((2, 3), "f4"); also ones:, identity:, repeating:, range:, linearFrom:
    let column = x[0..., 1]  // x[:, 1]
    let last = x[0..., (-2)...]  // x[:, -2:]
    let everyOther = x[0..., stride(from: 0, to: 3, by: 2)]  // x[:, ::2]
    let reversed = x.flipped(alongAxes: [1])  // x[:, ::-1]
    let picked = x.rows(at: Tensor([1, 0, 1]))  // x[[1, 0, 1]]
    let masked = x.filled(with: 0, where: x .> 4)  // np.where(x > 4, 0, x)
    let wider = x.expandingAxis(0)  // x[None]; squeezing() is the way back
    let product = x.matmul(x.transposed())  // x @ x.T
    let sums = x.sum(alongAxes: [0], keepingAxes: true)  // x.sum(0, keepdims=True)
    let best = x.argmax(alongAxis: 1)  // x.argmax(1)
    let pairs = Tensor.einsum("ij,kj->ik", x, x)  // np.einsum("ij,kj->ik", x, x)
    let noise = Tensor.normal(shape: [2, 3], using: &generator)  // rng.standard_normal((2, 3), "f4")
    let joined = Tensor(concatenating: [x, noise], alongAxis: 0)  // np.concatenate([x, noise])
    let array = sums.scalars(as: Float.self)  // sums.ravel().tolist(); a tensor of one number has .item
    let wide = x.converted(to: .float64)  // x.astype("f8")

    #expect(zeros.shape == [2, 3] && column.doubles == [2, 5] && last.doubles == [2, 3, 5, 6])
    #expect(everyOther.doubles == [1, 3, 4, 6] && reversed.doubles == [3, 2, 1, 6, 5, 4])
    #expect(picked.doubles == [4, 5, 6, 1, 2, 3, 4, 5, 6] && masked.doubles == [1, 2, 3, 4, 0, 0])
    #expect(wider.shape == [1, 2, 3] && product.doubles == [14, 32, 32, 77] && pairs.doubles == product.doubles)
    #expect(sums.shape == [1, 3] && best.doubles == [2, 2] && joined.shape == [4, 3])
    #expect(array == [5, 7, 9] && wide.dtype == .float64)
  }
}
