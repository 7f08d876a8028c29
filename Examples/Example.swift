/// One section of the notes as a program: `surprisal-examples NAME` runs it.
struct Example: Sendable {
  /// What the command line calls it.
  let name: String
  /// The notes and the section it follows.
  let section: String
  /// Whether what it prints is a document for a file, which comes without a heading and only when it is named.
  var isDocument = false
  /// Prints what the section says, with numbers.
  let run: @Sendable () throws -> Void

  /// All examples, in the notes' order.
  static let all = [
    Example(name: "information-content", section: "000/001 · Information content", run: informationContent),
    Example(name: "entropy", section: "000/001 · Entropy", run: entropy),
    Example(name: "differential-entropy", section: "000/001 · Differential entropy", run: differentialEntropy),
    Example(name: "kl-discrete", section: "000/001 · KL divergence of discrete distributions", run: klDiscrete),
    Example(name: "kl-continuous", section: "000/001 · KL divergence of continuous distributions", run: klContinuous),
    Example(name: "kl-asymmetry", section: "000/001 · KL divergence is not a distance", run: klAsymmetry),
    Example(name: "log-sum", section: "000/001 · EM algorithm: the log of a sum", run: logSum),
    Example(name: "lower-bound", section: "000/001 · The evidence lower bound and its gap", run: lowerBound),
    Example(name: "e-step", section: "000/001 · E-step", run: eStep),
    Example(name: "m-step", section: "000/001 · M-step", run: mStep),
    Example(
      name: "maximum-likelihood-as-kl", section: "002 · KL divergence and maximum likelihood",
      run: maximumLikelihoodAsKL),
    Example(name: "em-from-kl", section: "002 · Expectation maximization from KL divergence", run: emFromKL),
    Example(
      name: "expected-surprise", section: "003 · 1 Entropy as expected surprise", run: expectedSurprise),
    Example(name: "cross-entropy", section: "003 · 1 Cross-entropy and KL divergence", run: crossEntropy),
    Example(name: "mixed-table", section: "001 · EM for a table whose columns differ in kind", run: mixedTable),
    Example(name: "missing-cells", section: "001 · EM where cells are missing", run: missingCells),
    Example(name: "naive-bayes", section: "004 · Bayes' theorem: naive Bayes", run: naiveBayes),
    Example(name: "norms", section: "004 · Norms", run: norms),
    Example(name: "bayes-theorem", section: "004 · Bayes' theorem", run: bayesTheorem),
    Example(name: "chain-rule", section: "004 · Chain rule", run: chainRule),
    Example(
      name: "forward-and-backward", section: "004 · Forward and backward propagation, computational graphs",
      run: forwardAndBackward),
    Example(
      name: "linear-regression", section: "004 · 3 Linear regression, SGD and the Gaussian likelihood",
      run: linearRegression),
    Example(
      name: "generalization-error", section: "004 · 3 Training error and generalization error",
      run: generalizationError),
    Example(name: "polynomial-fit", section: "004 · 3 Polynomial curve fitting", run: polynomialFit),
    Example(name: "cross-validation", section: "004 · 3 Cross-validation", run: crossValidation),
    Example(name: "weight-decay", section: "004 · 3 Weight decay", run: weightDecay),
    Example(
      name: "softmax-regression", section: "004 · 4 Softmax and cross-entropy loss", run: softmaxRegression),
    Example(name: "linear-limits", section: "004 · 5 Limitations of linear models", run: linearLimits),
    Example(name: "activation-functions", section: "004 · 5 Activation functions", run: activationFunctions),
    Example(name: "mlp", section: "004 · 5 Hidden layers", run: multilayerPerceptron),
    Example(
      name: "initialization", section: "004 · 5 Vanishing and exploding gradients, initialization",
      run: initialization),
    Example(
      name: "initialization-plot", section: "004 · 5 Vanishing and exploding gradients, the plot", isDocument: true,
      run: initializationPlot),
    Example(name: "dropout", section: "004 · 5 Dropout", run: dropout),
    Example(
      name: "convolution-as-dense", section: "004 · 7.1 From fully connected layers to convolutions",
      run: convolutionAsDenseLayer),
    Example(
      name: "flipped-convolution", section: "004 · 7.2 Convolution and cross-correlation", run: flippedConvolution),
    Example(name: "padding-and-stride", section: "004 · 7.3 Padding and stride", run: paddingAndStride),
    Example(name: "channels", section: "004 · 7.4 Multiple input and output channels", run: channels),
    Example(name: "pooling", section: "004 · 7.5 Pooling", run: pooling),
    Example(name: "batch-normalization", section: "004 · 8 Batch normalization", run: batchNormalization),
    Example(name: "layer-normalization", section: "004 · 8 Layer normalization", run: layerNormalization),
    Example(name: "residual-blocks", section: "004 · 8 Residual networks", run: residualBlocks),
    Example(name: "markov-model", section: "004 · 9.1 Markov models", run: markovModel),
    Example(name: "laplace-smoothing", section: "004 · 9.2 Laplace smoothing", run: laplaceSmoothing),
    Example(name: "perplexity", section: "004 · 9.2 Perplexity", run: perplexity),
    Example(name: "attention-pooling", section: "004 · 11 Attention pooling by similarity", run: attentionPooling),
    Example(
      name: "dot-product-attention", section: "004 · 11 Dot-product attention from the Gaussian kernel",
      run: dotProductFromGaussian),
    Example(name: "scaled-dot-product", section: "004 · 11 The scaled dot product", run: scaledDotProduct),
    Example(name: "masked-softmax", section: "004 · 11 Masked softmax", run: maskedSoftmax),
    Example(
      name: "batch-matrix-multiplication", section: "004 · 11 Batch matrix multiplication",
      run: batchMatrixMultiplication),
    Example(
      name: "scaled-dot-product-attention", section: "004 · 11 Scaled dot-product attention",
      run: scaledDotProductAttention),
    Example(name: "additive-attention", section: "004 · 11 Additive attention", run: additiveAttention),
    Example(name: "convex-sets", section: "004 · 12.2 Convex sets", run: convexSets),
    Example(
      name: "convex-functions", section: "004 · 12.2 Convex functions and second derivatives", run: convexFunctions),
    Example(name: "jensen-inequality", section: "004 · 12.2 Jensen's inequality", run: jensenInequality),
    Example(name: "gradient-descent", section: "004 · 12.3 Gradient descent", run: gradientDescent),
    Example(name: "self-information", section: "004 · 13.6 Surprise", run: selfInformation),
    Example(name: "entropy-properties", section: "004 · 13.6 Entropy and its properties", run: entropyProperties),
    Example(name: "joint-entropy", section: "004 · 13.6 Joint entropy", run: jointEntropy),
    Example(name: "conditional-entropy", section: "004 · 13.6 Conditional entropy", run: conditionalEntropy),
    Example(
      name: "mutual-information", section: "004 · 13.6 Mutual information, its properties and forms",
      run: mutualInformation),
    Example(
      name: "pointwise-mutual-information", section: "004 · 13.6 Pointwise mutual information",
      run: pointwiseMutualInformation),
    Example(name: "kl-properties", section: "004 · 13.6 KL divergence and its properties", run: klProperties),
    Example(
      name: "continuous-pair", section: "004 · 13.6 Joint and conditional entropy of continuous variables",
      run: continuousPair),
    Example(
      name: "cross-entropy-properties", section: "004 · 13.6 Cross-entropy and its properties",
      run: crossEntropyProperties),
    Example(name: "pca", section: "Principal components of the digits", run: principalComponents),
    Example(name: "ppca", section: "Probabilistic PCA: EM and the closed form", run: probabilisticPCA),
    Example(name: "factor-analysis", section: "Factor analysis and varimax", run: factorAnalysis),
    Example(
      name: "dishonest-casino", section: "000 · The EM algorithm on sequences: a hidden Markov model",
      run: dishonestCasino),
  ]
}
